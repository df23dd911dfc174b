using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>Lays locations, ASNs and zone networks of one family over each other, as they are walked, and keeps the boundaries where the class changes: networks
/// of equal classes are one range before any of them is kept.</summary>
/// <remarks>Locations change most often by far, so the merge goes from one boundary of the others to the next and runs through the locations between
/// in a tight loop.</remarks>
internal sealed class PlaceMerge
{
    private const int Unasked = int.MinValue;

    private readonly Func<int, uint, int, int> _classOf;
    private readonly Dictionary<(int Location, uint Asn, int Network), int> _known = [];

    /// <summary>Classes of locations outside all networks, where ASNs do not matter: by far the most frequent question.</summary>
    private readonly int[] _byLocation;

    public PlaceMerge(int locations, Func<int, uint, int, int> classOf)
    {
        _classOf = classOf;
        _byLocation = new int[locations];
        Array.Fill(_byLocation, Unasked);
    }

    /// <param name="locations">At its first network, as is <paramref name="asns"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public PlaceRangeList Merge(MmdbCursor locations, MmdbCursor asns, ZoneRanges zone)
    {
        var ranges = new PlaceRangeList();
        int network = 0;
        UInt128 start = 0;
        while (true)
        {
            UInt128 last = UInt128.Min(asns.Last128, LastOf(zone, network));
            ranges.Append(start, ClassOf(locations.Location, asns.Asn, zone.Networks[network]));
            ulong limit = (ulong)(last >> 64);
            while (locations.Last < limit)
            {
                locations.MoveNext();
                ranges.Append(locations.Start, 0, ClassOf(locations.Location, asns.Asn, zone.Networks[network]));
            }

            if (last == UInt128.MaxValue) return ranges;
            if (last == locations.Last128) locations.MoveNext();
            if (last == asns.Last128) asns.MoveNext();
            if (last == LastOf(zone, network)) network++;
            start = last + 1;
        }
    }

    private int ClassOf(int location, uint asn, int network)
    {
        if (asn != 0 || network >= 0) return AskOnce((location, asn, network));
        ref int known = ref _byLocation[location];
        if (known == Unasked) known = _classOf(location, 0, -1);
        return known;
    }

    private int AskOnce((int Location, uint Asn, int Network) triple)
    {
        if (!_known.TryGetValue(triple, out int found))
            _known[triple] = found = _classOf(triple.Location, triple.Asn, triple.Network);
        return found;
    }

    private static UInt128 LastOf(ZoneRanges zone, int index) => index + 1 < zone.Starts.Length ? zone.Starts[index + 1] - 1 : UInt128.MaxValue;
}
