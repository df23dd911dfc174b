namespace GslbServer.Dns;

/// <summary>A query as the answer path needs it: offsets into the packet and decoded EDNS. Filled by <see cref="QueryReader"/>.</summary>
public struct Query
{
    public ushort Id;

    /// <summary>The 16 flag bits as received.</summary>
    public ushort Flags;

    /// <summary>Octets of the question name in the packet, at offset 12. 0 when no single question could be read.</summary>
    public int NameLength;

    public RecordType Type;

    public ushort Class;

    public bool HasEdns;

    public byte EdnsVersion;

    public bool DnssecOk;

    public bool WantsNsid;

    /// <summary>The query is padded (RFC 7830).</summary>
    public bool WantsPadding;

    /// <summary>The client asks for how long an idle connection stays open (RFC 7828).</summary>
    public bool WantsKeepAlive;

    /// <summary>Set with every verdict but <see cref="QueryVerdict.Answer"/>.</summary>
    public QueryFault Fault;

    /// <summary>Set by the caller: why the answer will be what it is.</summary>
    public ExtendedError ExtendedError;

    /// <summary>Set by the caller: how long an idle connection stays open, in units of 100 ms; 0 says nothing of it.</summary>
    public ushort KeepAlive;

    /// <summary>Set by the caller: the response's length becomes a multiple of it; 0 pads nothing.</summary>
    public ushort PaddingBlock;

    /// <summary>The requestor's UDP payload size as sent; 512 without EDNS.</summary>
    public ushort UdpPayloadSize;

    public ClientSubnet Subnet;

    /// <summary>Where the Client Subnet option's data stands in the packet, so that it can be echoed octet for octet.</summary>
    internal int SubnetOffset;

    /// <summary>Where the TSIG record stands, which ends the packet; 0 without one.</summary>
    public int TsigOffset;

    /// <summary>Where the COOKIE option's data stands in the packet.</summary>
    internal int CookieOffset;

    /// <summary>Octets of that; 0 without the option.</summary>
    internal byte CookieLength;

    /// <summary>Version, reserved octets and time of the cookie that the answer carries; 0 for none.</summary>
    internal ulong ServerCookieHead;

    /// <summary>Its hash, the first octet lowest.</summary>
    internal ulong ServerCookieHash;

    /// <summary><see cref="NameOctets.LongHash"/> of the name; 0 where nobody computed it, because the query is of no usual shape.</summary>
    internal ulong NameHash;

    /// <summary>Whether it tells of a zone's change (RFC 1996) instead of asking.</summary>
    public readonly bool IsNotify => (Flags & HeaderFlags.OpcodeMask) == HeaderFlags.Notify;

    /// <summary>Whether it changes a zone (RFC 2136) instead of asking.</summary>
    public readonly bool IsUpdate => (Flags & HeaderFlags.OpcodeMask) == HeaderFlags.Update;

    /// <summary>Whether it asks for a zone or its changes (RFC 5936, RFC 1995).</summary>
    public readonly bool IsTransfer => Type is RecordType.AXFR or RecordType.IXFR && Class == DnsClass.In;

    /// <summary>Whether there is a COOKIE option (RFC 7873).</summary>
    public readonly bool HasCookie => CookieLength > 0;

    /// <summary>Octets a UDP response may have: the requestor's size, where less than 512 counts as 512 (RFC 6891 section 6.2.3), within our own limit.</summary>
    public readonly int UdpLimit => Math.Clamp((int)UdpPayloadSize, MessageLimits.PlainUdp, MessageLimits.Udp);
}
