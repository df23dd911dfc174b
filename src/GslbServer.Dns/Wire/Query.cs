namespace GslbServer.Dns;

/// <summary>A query as the answer path needs it: offsets into the packet and decoded EDNS. Filled by <see cref="QueryReader"/>.</summary>
public struct Query
{
    public ushort Id;

    /// <summary>The 16 flag bits as received.</summary>
    public ushort Flags;

    /// <summary>Octets of the question name in the packet, at offset 12.</summary>
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
}

public enum QueryVerdict
{
    /// <summary>A query for a handler: class, type and name are to be looked at.</summary>
    Answer,

    /// <summary>No answer at all: shorter than a header, or a response.</summary>
    Drop,

    /// <summary>Answer with <c>rcode</c> and what could be understood of the question.</summary>
    Error,
}

/// <summary>Reads queries. Never throws, never allocates, whatever the octets.</summary>
public static class QueryReader
{
    /// <param name="rcode">With <see cref="QueryVerdict.Error"/>: FORMERR, NOTIMP or BADVERS.</param>
    public static QueryVerdict Read(ReadOnlySpan<byte> packet, out Query query, out Rcode rcode) => throw new NotImplementedException();
}
