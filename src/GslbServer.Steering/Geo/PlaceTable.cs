using System.Net;

namespace GslbServer.Steering;

/// <summary>All of both address families cut into disjoint leaves, each with a class: an index whose meaning the caller gave. Frozen.</summary>
/// <remarks>Kept as maximal ranges of one class. The leaf of an address is the largest aligned block around it that stays within its range, so leaves never
/// overlap, and its length is 1 + max(lzcnt(a ^ (start-1)), lzcnt(a ^ (end+1))): RFC 7871 section 7.2.1, deaggregated.</remarks>
public sealed class PlaceTable
{
    private PlaceTable()
    {
    }

    /// <param name="geo">Where addresses are.</param>
    /// <param name="useAsn">Whether <paramref name="classOf"/> looks at ASNs; without, ASN boundaries split nothing.</param>
    /// <param name="networks">Networks that the zone itself names; overlapping ones nest, the longest counts. Leaves may be longer than /24 and /56 only here.</param>
    /// <param name="classOf">(location index, ASN or 0, index into <paramref name="networks"/> or -1) to class. Called once per distinct triple.</param>
    public static PlaceTable Compile(GeoTable geo, bool useAsn, IReadOnlyList<IPNetwork> networks, Func<int, uint, int, int> classOf)
        => throw new NotImplementedException();

    /// <summary>The class of an address and the length of its leaf. Hot: no allocation.</summary>
    /// <param name="address">Left-aligned.</param>
    public int Find(bool isIPv6, UInt128 address, out int leafLength) => throw new NotImplementedException();

    /// <summary>Number of ranges, IPv4 and IPv6 together.</summary>
    public int RangeCount => throw new NotImplementedException();
}
