namespace GslbServer.Dns;

/// <summary>What a lookup has to know of a name before it looks at its RRsets.</summary>
[Flags]
internal enum NodeFlags : byte
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

    /// <summary>No RRset at all: an empty non-terminal (RFC 4592 section 2.2.2).</summary>
    Empty = 32,

    /// <summary>No name at all any more: left behind by a <see cref="ZoneUpdate"/>, and found by nobody.</summary>
    Gone = 64,
}
