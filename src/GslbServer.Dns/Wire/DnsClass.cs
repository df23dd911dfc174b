namespace GslbServer.Dns;

/// <summary>Classes (RFC 1035 section 3.2.4).</summary>
public static class DnsClass
{
    public const ushort In = 1;

    /// <summary>CHAOS: by custom, where a server tells about itself (RFC 4892).</summary>
    public const ushort Ch = 3;

    /// <summary>Of updates only (RFC 2136 section 1.3).</summary>
    public const ushort None = 254;

    public const ushort Any = 255;
}
