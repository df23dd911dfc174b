namespace GslbServer;

/// <summary>The world as queries see it. Take <see cref="Current"/> once; two reads may see two worlds.</summary>
public sealed class ServingState(Snapshot first)
{
    private volatile Snapshot _current = first;

    public Snapshot Current => _current;

    /// <summary>Cold side only, one writer.</summary>
    internal void Publish(Snapshot next) => _current = next;
}
