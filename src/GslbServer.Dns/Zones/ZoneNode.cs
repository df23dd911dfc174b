namespace GslbServer.Dns;

[Flags]
internal enum NodeFlags : ushort
{
    None = 0,

    /// <summary>NS below the apex: here another zone begins.</summary>
    Cut = 1,
    Dname = 2,
    Cname = 4,

    /// <summary>A child named <c>*</c> exists.</summary>
    HasWildcard = 8,

    /// <summary>A and AAAA are steering's.</summary>
    Steered = 16,
}

/// <summary>What a zone knows of one name. Without RRsets it is an empty non-terminal (RFC 4592 section 2.2.2).</summary>
internal readonly struct ZoneNode(int firstSet, ushort setCount, NodeFlags flags)
{
    public readonly int FirstSet = firstSet;
    public readonly ushort SetCount = setCount;
    public readonly NodeFlags Flags = flags;

    public bool Is(NodeFlags flag) => (Flags & flag) != 0;
}
