using System.Numerics;

namespace GslbServer.Steering;

/// <summary>Lays the ranges of locations, ASNs and zone networks of one family over each other and keeps the boundaries where the class changes.</summary>
/// <remarks>Locations change most often by far, so the merge goes from one boundary of the others to the next and runs through the locations between
/// in a tight loop.</remarks>
internal sealed class PlaceMerge
{
    private const int Unasked = int.MinValue;

    private readonly Func<int, uint, int, int> _classOf;
    private readonly Dictionary<(int Location, int Asn, int Network), int> _known = [];

    /// <summary>Classes of locations outside all networks, where ASNs do not matter: by far the most frequent question.</summary>
    private readonly int[] _byLocation;
    private UInt128[] _starts = new UInt128[256];
    private int[] _classes = new int[256];
    private int _count;

    public PlaceMerge(int locations, Func<int, uint, int, int> classOf)
    {
        _classOf = classOf;
        _byLocation = new int[locations];
        Array.Fill(_byLocation, Unasked);
    }

    /// <param name="asns">Null where ASNs do not matter: every class is asked for with ASN 0.</param>
    /// <returns>Left-aligned starts, the first 0, and the class from each on. Neighbours differ.</returns>
    public (UInt128[] Starts, int[] Classes) Merge<TKey>(RangeMap<TKey> locations, RangeMap<TKey>? asns, ZoneRanges zone)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        asns ??= RangeMap<TKey>.Empty;
        _count = 0;
        int location = 0, asn = 0, network = 0;
        UInt128 start = 0;
        while (true)
        {
            UInt128 last = UInt128.Min(LastOf(asns, asn), LastOf(zone, network));
            location = Stretch(locations, location, start, last, asns.Values[asn], zone.Networks[network]);
            if (last == UInt128.MaxValue) return (_starts[.._count], _classes[.._count]);
            if (last == LastOf(locations, location)) location++;
            if (last == LastOf(asns, asn)) asn++;
            if (last == LastOf(zone, network)) network++;
            start = last + 1;
        }
    }

    /// <summary>From <paramref name="start"/>, which lies in range <paramref name="location"/>, to <paramref name="last"/>: here only locations
    /// change.</summary>
    /// <returns>The range of the last address.</returns>
    private int Stretch<TKey>(RangeMap<TKey> locations, int location, UInt128 start, UInt128 last, int asn, int network)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        Append(start, ClassOf(locations.Values[location], asn, network));
        int until = last == LastOf(locations, location) ? location : locations.IndexOf(KeyOf<TKey>(last));
        while (location < until)
        {
            location++;
            int found = ClassOf(locations.Values[location], asn, network);
            if (found != _classes[_count - 1]) Append(Start(locations, location), found);
        }

        return location;
    }

    private int ClassOf(int location, int asn, int network)
    {
        if (asn != 0 || network >= 0) return AskOnce((location, asn, network));
        ref int known = ref _byLocation[location];
        if (known == Unasked) known = _classOf(location, 0, -1);
        return known;
    }

    private int AskOnce((int Location, int Asn, int Network) triple)
    {
        if (!_known.TryGetValue(triple, out int found))
            _known[triple] = found = _classOf(triple.Location, (uint)triple.Asn, triple.Network);
        return found;
    }

    private static UInt128 Start<TKey>(RangeMap<TKey> map, int index)
        where TKey : unmanaged, IBinaryInteger<TKey>
        => UInt128.CreateTruncating(map.Starts[index]) << ShiftOf<TKey>();

    private static TKey KeyOf<TKey>(UInt128 address)
        where TKey : unmanaged, IBinaryInteger<TKey>
        => TKey.CreateTruncating(address >> ShiftOf<TKey>());

    private static int ShiftOf<TKey>()
        where TKey : unmanaged, IBinaryInteger<TKey>
        => typeof(TKey) == typeof(uint) ? 96 : 64;

    private static UInt128 LastOf<TKey>(RangeMap<TKey> map, int index)
        where TKey : unmanaged, IBinaryInteger<TKey>
        => index + 1 < map.Starts.Length ? Start(map, index + 1) - 1 : UInt128.MaxValue;

    private static UInt128 LastOf(ZoneRanges zone, int index) => index + 1 < zone.Starts.Length ? zone.Starts[index + 1] - 1 : UInt128.MaxValue;

    private void Append(UInt128 start, int value)
    {
        if (_count > 0 && _classes[_count - 1] == value) return;
        if (_count == _starts.Length)
        {
            Array.Resize(ref _starts, 2 * _count);
            Array.Resize(ref _classes, 2 * _count);
        }

        _starts[_count] = start;
        _classes[_count++] = value;
    }
}
