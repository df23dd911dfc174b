namespace GslbServer.Dns;

/// <summary>Sizes of whole messages, in octets.</summary>
public static class MessageLimits
{
    /// <summary>UDP without EDNS (RFC 1035 section 4.2.1).</summary>
    public const int PlainUdp = 512;

    /// <summary>The most we send or ask for over UDP: fits an IPv6 packet on any usual path, so that it is never fragmented.</summary>
    public const int Udp = 1232;

    /// <summary>A message on a stream, whose length has two octets (RFC 1035 section 4.2.2).</summary>
    public const int Stream = 65535;

    /// <summary>A header (RFC 1035 section 4.1.1), behind which the question's name stands.</summary>
    public const int Header = 12;

    /// <summary>A domain name with its root label (RFC 1035 section 2.3.4).</summary>
    internal const int Name = 255;
}
