namespace GslbServer.Balancer;

/// <summary>Places, each with an owner; a key has one place. Who follows it is next in turn for that key. Frozen.</summary>
internal abstract class KeyTable
{
    /// <summary>Index of the owner at each place.</summary>
    public required int[] Owners { get; init; }

    /// <summary>The key's place.</summary>
    public abstract int Find(ulong key);
}
