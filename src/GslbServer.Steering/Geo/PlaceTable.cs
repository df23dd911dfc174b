using System.Net;

namespace GslbServer.Steering;

/// <summary>All of both address families cut into disjoint leaves, each with a class: an index whose meaning the caller gave. Frozen.</summary>
/// <remarks>The leaf of an address is the largest aligned block around it that has one class, so leaves never overlap: RFC 7871 section 7.2.1,
/// deaggregated.</remarks>
public sealed class PlaceTable
{
    private readonly PlaceTrie _ipv4;
    private readonly PlaceTrie _ipv6;

    private PlaceTable(PlaceTrie ipv4, PlaceTrie ipv6)
    {
        _ipv4 = ipv4;
        _ipv6 = ipv6;
    }

    /// <summary>Number of maximal ranges of one class, IPv4 and IPv6 together.</summary>
    public int RangeCount => _ipv4.RangeCount + _ipv6.RangeCount;

    /// <summary>Memory that the table occupies, in octets.</summary>
    public long SizeInBytes => _ipv4.SizeInBytes + _ipv6.SizeInBytes;

    /// <param name="geo">Where addresses are.</param>
    /// <param name="useAsn">Whether <paramref name="classOf"/> looks at ASNs; without, ASN boundaries split nothing and the ASN given is 0.</param>
    /// <param name="networks">Networks that the zone itself names; overlapping ones nest, the longest counts, of equal ones the first. Leaves may be longer
    /// than /24 and /56 only here.</param>
    /// <param name="classOf">(location index, ASN or 0, index into <paramref name="networks"/> or -1) to class. Called once per distinct triple.</param>
    /// <exception cref="GeoDataException">A database can no longer be read.</exception>
    public static PlaceTable Compile(GeoTable geo, bool useAsn, IReadOnlyList<IPNetwork> networks, Func<int, uint, int, int> classOf)
        => Compile(geo, useAsn, ZoneRanges.Of(networks, isIPv6: false), ZoneRanges.Of(networks, isIPv6: true), classOf);

    /// <summary>The same with the networks already cut into ranges.</summary>
    /// <exception cref="GeoDataException">A database can no longer be read.</exception>
    internal static PlaceTable Compile(GeoTable geo, bool useAsn, ZoneRanges networks4, ZoneRanges networks6, Func<int, uint, int, int> classOf)
    {
        using GeoCursors ipv4 = geo.Walk(isIPv6: false, useAsn);
        using GeoCursors ipv6 = geo.Walk(isIPv6: true, useAsn);
        var merge = new PlaceMerge(geo.Locations.Count, classOf);
        PlaceTrie trie4 = PlaceTrieBuilder.Build(merge.Merge(ipv4.Locations, ipv4.Asns, networks4));
        PlaceTrie trie6 = PlaceTrieBuilder.Build(merge.Merge(ipv6.Locations, ipv6.Asns, networks6));
        return new PlaceTable(trie4, trie6);
    }

    /// <summary>The class of an address and the length of its leaf. Hot: no allocation.</summary>
    /// <param name="address">Left-aligned.</param>
    public int Find(bool isIPv6, UInt128 address, out int leafLength)
        => (isIPv6 ? _ipv6 : _ipv4).Find((ulong)(address >> 64), (ulong)address, out leafLength);

    /// <summary>The same for the address of a client.</summary>
    public int Find(in Client client, out int leafLength) => (client.IsIPv6 ? _ipv6 : _ipv4).Find(client.Upper, client.Lower, out leafLength);

    /// <summary>Asks the processor for what <see cref="Find(in Client, out int)"/> will read.</summary>
    public void Prefetch(in Client client) => (client.IsIPv6 ? _ipv6 : _ipv4).Prefetch(client.Upper);
}
