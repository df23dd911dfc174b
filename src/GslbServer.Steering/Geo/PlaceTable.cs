using System.Net;

namespace GslbServer.Steering;

/// <summary>All of both address families cut into disjoint leaves, each with a class: an index whose meaning the caller gave. Frozen.</summary>
/// <remarks>Kept as maximal ranges of one class. The leaf of an address is the largest aligned block around it that stays within its range, so leaves never
/// overlap, and its length is 1 + max(lzcnt(a ^ (start-1)), lzcnt(a ^ (end+1))): RFC 7871 section 7.2.1, deaggregated.</remarks>
public sealed class PlaceTable
{
    private readonly PlaceRanges4 _ranges4;
    private readonly PlaceRanges6 _ranges6;

    private PlaceTable(PlaceRanges4 ranges4, PlaceRanges6 ranges6)
    {
        _ranges4 = ranges4;
        _ranges6 = ranges6;
    }

    /// <summary>Number of ranges, IPv4 and IPv6 together.</summary>
    public int RangeCount => _ranges4.Count + _ranges6.Count;

    /// <param name="geo">Where addresses are.</param>
    /// <param name="useAsn">Whether <paramref name="classOf"/> looks at ASNs; without, ASN boundaries split nothing and the ASN given is 0.</param>
    /// <param name="networks">Networks that the zone itself names; overlapping ones nest, the longest counts, of equal ones the first. Leaves may be longer
    /// than /24 and /56 only here.</param>
    /// <param name="classOf">(location index, ASN or 0, index into <paramref name="networks"/> or -1) to class. Called once per distinct triple.</param>
    public static PlaceTable Compile(GeoTable geo, bool useAsn, IReadOnlyList<IPNetwork> networks, Func<int, uint, int, int> classOf)
        => Compile(geo, useAsn, ZoneRanges.Of(networks, isIPv6: false), ZoneRanges.Of(networks, isIPv6: true), classOf);

    /// <summary>The same with the networks already cut into ranges.</summary>
    internal static PlaceTable Compile(GeoTable geo, bool useAsn, ZoneRanges networks4, ZoneRanges networks6, Func<int, uint, int, int> classOf)
    {
        GeoLayers layers = geo.Layers;
        var merge = new PlaceMerge(geo.Locations.Count, classOf);
        (UInt128[] starts4, int[] classes4) = merge.Merge(layers.Locations4, useAsn ? layers.Asns4 : null, networks4);
        (UInt128[] starts6, int[] classes6) = merge.Merge(layers.Locations6, useAsn ? layers.Asns6 : null, networks6);
        return new PlaceTable(new PlaceRanges4(starts4, classes4), new PlaceRanges6(starts6, classes6));
    }

    /// <summary>The class of an address and the length of its leaf. Hot: no allocation.</summary>
    /// <param name="address">Left-aligned.</param>
    public int Find(bool isIPv6, UInt128 address, out int leafLength)
        => isIPv6 ? _ranges6.Find(address, out leafLength) : _ranges4.Find((uint)(address >> 96), out leafLength);

    /// <summary>The same for the address of a client.</summary>
    public int Find(in Client client, out int leafLength)
        => client.IsIPv6 ? _ranges6.Find(client.Address, out leafLength) : _ranges4.Find((uint)(client.Upper >> 32), out leafLength);
}
