using System.Numerics;

namespace GslbServer.Steering;

/// <summary>Lays the ranges of locations, ASNs and zone networks of one family over each other and keeps the boundaries where the class changes.</summary>
internal sealed class PlaceMerge(Func<int, uint, int, int> classOf)
{
    private readonly Dictionary<(int Location, int Asn, int Network), int> _known = [];
    private UInt128[] _starts = new UInt128[256];
    private int[] _classes = new int[256];
    private int _count;

    /// <param name="asns">Null where ASNs do not matter: every class is asked for with ASN 0.</param>
    /// <returns>Left-aligned starts, the first 0, and the class from each on. Neighbours differ.</returns>
    public (UInt128[] Starts, int[] Classes) Merge<TKey>(RangeMap<TKey> locations, RangeMap<TKey>? asns, ZoneRanges zone)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        asns ??= RangeMap<TKey>.Empty;
        _count = 0;
        int location = 0, asn = 0, network = 0;
        UInt128 locationEnd = EndOf(locations, 0), asnEnd = EndOf(asns, 0), networkEnd = EndOf(zone, 0);
        UInt128 start = 0;
        (int, int, int) last = default;
        int lastClass = -1;
        while (true)
        {
            (int, int, int) triple = (locations.Values[location], asns.Values[asn], zone.Networks[network]);
            if (_count == 0 || triple != last)
            {
                int found = ClassOf(triple);
                if (_count == 0 || found != lastClass) Append(start, found);
                (last, lastClass) = (triple, found);
            }

            // An end of 0 is the end of the address space: minus one it is the largest.
            UInt128 end = Min(locationEnd - 1, Min(asnEnd - 1, networkEnd - 1)) + 1;
            if (end == 0) return (_starts[.._count], _classes[.._count]);
            start = end;
            if (locationEnd == end) locationEnd = EndOf(locations, ++location);
            if (asnEnd == end) asnEnd = EndOf(asns, ++asn);
            if (networkEnd == end) networkEnd = EndOf(zone, ++network);
        }
    }

    private static UInt128 Min(UInt128 a, UInt128 b) => a < b ? a : b;

    private static UInt128 EndOf<TKey>(RangeMap<TKey> map, int index)
        where TKey : unmanaged, IBinaryInteger<TKey>
        => index + 1 < map.Starts.Length ? UInt128.CreateTruncating(map.Starts[index + 1]) << (typeof(TKey) == typeof(uint) ? 96 : 64) : 0;

    private static UInt128 EndOf(ZoneRanges zone, int index) => index + 1 < zone.Starts.Length ? zone.Starts[index + 1] : 0;

    private int ClassOf((int Location, int Asn, int Network) triple)
    {
        if (!_known.TryGetValue(triple, out int found))
            _known[triple] = found = classOf(triple.Location, (uint)triple.Asn, triple.Network);
        return found;
    }

    private void Append(UInt128 start, int value)
    {
        if (_count == _starts.Length)
        {
            Array.Resize(ref _starts, 2 * _count);
            Array.Resize(ref _classes, 2 * _count);
        }

        _starts[_count] = start;
        _classes[_count++] = value;
    }
}
