namespace GslbServer;

/// <summary>How reloads ended. Written by one reload at a time.</summary>
internal sealed class ReloadCounts(TimeProvider time)
{
    private long _applied, _refused, _lastApplied = time.GetUtcNow().UtcTicks;

    public long Applied => Volatile.Read(ref _applied);

    public long Refused => Volatile.Read(ref _refused);

    /// <summary>The start counts too.</summary>
    public DateTimeOffset LastApplied => new(Volatile.Read(ref _lastApplied), TimeSpan.Zero);

    public void Count(bool isApplied)
    {
        if (!isApplied)
        {
            Interlocked.Increment(ref _refused);
            return;
        }

        Interlocked.Increment(ref _applied);
        Volatile.Write(ref _lastApplied, time.GetUtcNow().UtcTicks);
    }
}
