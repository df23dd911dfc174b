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

    /// <summary>The requestor's UDP payload size as sent; 512 without EDNS.</summary>
    public ushort UdpPayloadSize;

    public ClientSubnet Subnet;

    /// <summary>Where the Client Subnet option's data stands in the packet, so that it can be echoed octet for octet.</summary>
    internal int SubnetOffset;

    /// <summary>Where the TSIG record stands, which ends the packet; 0 without one.</summary>
    public int TsigOffset;

    /// <summary><see cref="NameOctets.LongHash"/> of the name; 0 where nobody computed it, because the query is of no usual shape.</summary>
    internal ulong NameHash;

    /// <summary>Whether it tells of a zone's change (RFC 1996) instead of asking.</summary>
    public readonly bool IsNotify => (Flags & HeaderFlags.OpcodeMask) == HeaderFlags.Notify;

    /// <summary>Whether it asks for a zone or its changes (RFC 5936, RFC 1995).</summary>
    public readonly bool IsTransfer => Type is RecordType.AXFR or RecordType.IXFR && Class == DnsClass.In;

    /// <summary>Octets a UDP response may have: the requestor's size, where less than 512 counts as 512 (RFC 6891 section 6.2.3), within our own limit.</summary>
    public readonly int UdpLimit => Math.Clamp((int)UdpPayloadSize, MessageLimits.PlainUdp, MessageLimits.Udp);
}
