using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

public enum DecisionKind : byte
{
    Addresses,
    Cname,

    /// <summary>The A or AAAA records beside the STEER.</summary>
    StaticFallback,
    NoData,
    ServFail,
}

/// <summary>The answer this client gets now. A value of fixed size, so that deciding allocates nothing.</summary>
public struct Decision
{
    /// <summary>RFC-free bound of ours: more addresses do not help a client and cost amplification.</summary>
    public const int MaxAddresses = 8;

    public DecisionKind Kind;

    public uint Ttl;

    /// <summary>RFC 7871 scope prefix length to answer with.</summary>
    public byte ScopePrefixLength;

    /// <summary>Octets used of <see cref="Packed"/>: 4 or 16 per address.</summary>
    public byte PackedLength;

    /// <summary>The chosen addresses, network order, one after the other.</summary>
    public AddressBytes Packed;

    /// <summary>With <see cref="DecisionKind.Cname"/>: index of the region whose CNAME is the answer.</summary>
    public int Region;

    [InlineArray(MaxAddresses * 16)]
    public struct AddressBytes
    {
        private byte _first;
    }
}
