using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace GslbServer.Steering;

/// <summary>Whose addresses an answer holds.</summary>
internal sealed class RegionsOfAnswers
{
    private readonly FrozenDictionary<UInt128, int> _ipv4, _ipv6;

    private readonly int[] _index;

    /// <param name="names">All that are counted; those of the topology among them.</param>
    public RegionsOfAnswers(Topology topology, IReadOnlyList<string> names)
    {
        Count = names.Count;
        var index = names.Select((name, at) => (name, at)).ToDictionary(one => one.name, one => one.at);
        _index = [.. topology.Regions.Select(region => index[region.Name])];
        _ipv4 = Of(topology, isIPv6: false);
        _ipv6 = Of(topology, isIPv6: true);
    }

    /// <summary>Regions; the index behind the last is <see cref="Outside"/>'s, the next one <see cref="Nothing"/>'s.</summary>
    public int Count { get; }

    /// <summary>An answer by the static records beside a STEER.</summary>
    public int Outside => Count;

    /// <summary>NODATA or SERVFAIL.</summary>
    public int Nothing => Count + 1;

    /// <param name="regions">Room for <see cref="Decision.MaxAddresses"/>.</param>
    /// <returns>How many were written: one per address, at least one.</returns>
    public int Find(in Decision decision, bool isIPv6, Span<int> regions)
    {
        regions[0] = decision.Kind switch
        {
            DecisionKind.Cname => _index[decision.Region],
            DecisionKind.StaticFallback => Outside,
            DecisionKind.Addresses when decision.PackedLength > 0 => -1,
            _ => Nothing,
        };
        if (regions[0] >= 0) return 1;
        int length = isIPv6 ? 16 : 4, count = decision.PackedLength / length;
        ReadOnlySpan<byte> packed = decision.Packed;
        FrozenDictionary<UInt128, int> known = isIPv6 ? _ipv6 : _ipv4;
        for (int i = 0; i < count; i++) regions[i] = known.GetValueOrDefault(Key(packed.Slice(i * length, length)), Outside);
        return count;
    }

    private FrozenDictionary<UInt128, int> Of(Topology topology, bool isIPv6)
    {
        Dictionary<UInt128, int> regions = [];
        AddressFamily family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        for (int region = 0; region < topology.Regions.Length; region++)
        {
            foreach (IPAddress address in topology.Regions[region].Addresses.Where(address => address.AddressFamily == family)) regions.TryAdd(Key(address.GetAddressBytes()), _index[region]);
        }

        return regions.ToFrozenDictionary();
    }

    private static UInt128 Key(ReadOnlySpan<byte> address) => address.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(address) : BinaryPrimitives.ReadUInt128BigEndian(address);
}
