namespace GslbServer.Steering;

/// <summary>A map laid over the address space: which measured prefix, or which wider one, an address lies in.</summary>
internal sealed class LatencyLayers
{
    /// <summary>An entry of addresses that nothing is known of.</summary>
    public const int Nothing = -1;

    private readonly (UInt128[] Starts, int[] Entries) _ipv4;
    private readonly (UInt128[] Starts, int[] Entries) _ipv6;

    public LatencyLayers(LatencyMap map, LatencyExploration exploration)
    {
        Map = map.Content;
        Exploration = exploration;
        HasAsns = Map.Wide.Keys.Any(key => new LatencyKey(key).Kind == LatencyKeyKind.AsnInCountry);
        Predictor = new WidePredictor(Map.Model, Map.Wide, Map.Regions.Length);
        Places = new LatencyPlaces(Map.Regions);
        _ipv4 = Flatten(LatencyKeyKind.IPv4);
        _ipv6 = Flatten(LatencyKeyKind.IPv6);
    }

    public LatencyMapContent Map { get; }

    /// <summary>Which measured prefixes try which region.</summary>
    public LatencyExploration Exploration { get; }

    /// <summary>Whether something is known of ASes, so that places differ by them.</summary>
    public bool HasAsns { get; }

    public WidePredictor Predictor { get; }

    public LatencyPlaces Places { get; }

    /// <summary>The line of a measured prefix, or -1; then that of the wide prefix around, or -1.</summary>
    public static (int Group, int WidePrefix) Parse(int entry) => entry >= 0 ? (entry, -1) : (-1, -entry - 2);

    /// <summary>Neighbouring measured prefixes differ in it, and all of them from what is not measured. So each keeps a leaf of its own whatever is decided for it, and scopes
    /// stay as they are when decisions change.</summary>
    public int VariantOf(int entry)
    {
        if (entry < 0)
            return 0;
        var key = new LatencyKey(Map.Keys[entry]);
        return 1 + (int)((ulong)(key.Address >> (128 - key.Length)) & 1);
    }

    public int EntryAt(in Client client)
    {
        (UInt128[] starts, int[] entries) = client.IsIPv6 ? _ipv6 : _ipv4;
        int at = Array.BinarySearch(starts, client.Address);
        return entries[at < 0 ? ~at - 1 : at];
    }

    /// <summary>Ranges cut by both the networks of a zone and the map; their values are indices into the pairs.</summary>
    /// <param name="pairs">Added to: (network or -1, entry). Outside both the value is -1.</param>
    public ZoneRanges Overlay(ZoneRanges zone, bool isIPv6, List<(int Network, int Entry)> pairs)
    {
        (UInt128[] starts, int[] entries) = isIPv6 ? _ipv6 : _ipv4;
        var cuts = new List<UInt128>(starts.Length + zone.Starts.Length);
        var values = new List<int>(cuts.Capacity);
        int network = 0, entry = 0;
        UInt128 start = 0;
        while (true)
        {
            cuts.Add(start);
            if (zone.Networks[network] < 0 && entries[entry] == Nothing)
            {
                values.Add(-1);
            }
            else
            {
                values.Add(pairs.Count);
                pairs.Add((zone.Networks[network], entries[entry]));
            }

            UInt128? nextNetwork = network + 1 < zone.Starts.Length ? zone.Starts[network + 1] : null;
            UInt128? nextEntry = entry + 1 < starts.Length ? starts[entry + 1] : null;
            if (nextNetwork is null && nextEntry is null)
                return new ZoneRanges([.. cuts], [.. values]);
            start = nextNetwork is null || nextEntry < nextNetwork ? nextEntry ?? 0 : nextNetwork.Value;
            network += nextNetwork == start ? 1 : 0;
            entry += nextEntry == start ? 1 : 0;
        }
    }

    /// <summary>Prefixes nest: the longest counts.</summary>
    private (UInt128[] Starts, int[] Entries) Flatten(LatencyKeyKind kind)
    {
        (LatencyKey Key, int Entry)[] sorted = [.. Map.Keys.Select((key, group) => (new LatencyKey(key), group)).Concat(Map.Wide.Keys.Select((key, line) => (new LatencyKey(key), -line - 2)))
            .Where(prefix => prefix.Item1.Kind == kind).OrderBy(prefix => prefix.Item1.Bits).ThenBy(prefix => prefix.Item2)];
        List<UInt128> starts = [0];
        List<int> entries = [Nothing];
        var open = new Stack<(UInt128 Last, int Entry)>();
        foreach ((LatencyKey key, int entry) in sorted)
        {
            CloseBefore(key.Address);
            open.Push((key.Address | (key.Length == 0 ? UInt128.MaxValue : (UInt128.One << (128 - key.Length)) - 1), entry));
            Append(key.Address, entry);
        }

        CloseBefore(null);
        return ([.. starts], [.. entries]);

        void CloseBefore(UInt128? next)
        {
            while (open.TryPeek(out (UInt128 Last, int Entry) inner) && (next is null || inner.Last < next))
            {
                open.Pop();
                if (inner.Last != UInt128.MaxValue)
                    Append(inner.Last + 1, open.TryPeek(out (UInt128 Last, int Entry) outer) ? outer.Entry : Nothing);
            }
        }

        void Append(UInt128 start, int entry)
        {
            if (starts[^1] == start)
            {
                entries[^1] = entry;
                return;
            }

            starts.Add(start);
            entries.Add(entry);
        }
    }
}
