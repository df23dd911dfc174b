namespace GslbServer;

/// <summary>Why a frame that was taken from the kernel has no query in it.</summary>
public enum FrameFault
{
    None,

    /// <summary>Lengths of IP or UDP that say more than there is, or less than a header.</summary>
    Length,

    /// <summary>Of the IPv4 header or of UDP.</summary>
    Checksum,

    /// <summary>A source that nothing can be sent to: unspecified, loopback, group, or the destination itself; as the kernel's own check.</summary>
    Source,

    /// <summary>Source port 0.</summary>
    PortZero,
}
