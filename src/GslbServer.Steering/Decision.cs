using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

/// <summary>The answer this client gets now. A value of fixed size, so that deciding allocates nothing; what lies behind <see cref="PackedLength"/> octets of
/// <see cref="Packed"/> means nothing.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Decision
{
    /// <summary>RFC-free bound of ours: more addresses do not help a client and cost amplification.</summary>
    public const int MaxAddresses = 8;

    /// <summary>Octets before <see cref="Packed"/>: a decision may be kept as no more than these and the octets used behind them.</summary>
    internal const int HeadLength = 12;

    public uint Ttl;

    /// <summary>With <see cref="DecisionKind.Addresses"/> and <see cref="DecisionKind.Cname"/>: index of the region whose addresses come first, or whose CNAME is the answer.</summary>
    public int Region;

    public DecisionKind Kind;

    /// <summary>RFC 7871 scope prefix length to answer with.</summary>
    public byte ScopePrefixLength;

    /// <summary>Octets used of <see cref="Packed"/>: 4 or 16 per address.</summary>
    public byte PackedLength;

    private readonly byte _reserved;

    /// <summary>The chosen addresses, network order, one after the other.</summary>
    public AddressBytes Packed;

    [InlineArray(MaxAddresses * 16)]
    public struct AddressBytes
    {
        private byte _first;
    }
}
