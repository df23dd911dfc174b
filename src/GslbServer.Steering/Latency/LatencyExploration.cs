namespace GslbServer.Steering;

/// <summary>Which few measured prefixes are sent to another region for ten minutes, because it may be nearer and too little is known of it. Follows from the map alone, so all
/// nodes that steer by one map agree. Frozen.</summary>
/// <remarks>Bounded: at most 0.5 % of what was measured, nobody who is more than 0.1 % of it (one such answer to a large resolver moves a city), and expected to be no more
/// than 30 ms farther: 0.15 ms of mean round trip at the worst.</remarks>
public sealed class LatencyExploration
{
    public const double MostShare = 0.005;

    public const double MostShareOfOne = 0.001;

    public const double MostHarmMs = 30;

    /// <summary>After so long others are tried.</summary>
    public static readonly TimeSpan Slot = TimeSpan.FromMinutes(10);

    public static readonly LatencyExploration None = new([], 0);

    /// <summary>By the optimistic bound of so many standard errors it has to be nearer by so much.</summary>
    private const double StandardErrors = 2, LeastGainMs = 5;

    /// <summary>Not moved, not judged, not about to be: a look elsewhere would blur what is seen.</summary>
    private const GroupFlags Busy = GroupFlags.OnTrial | GroupFlags.HeldOut | GroupFlags.Pending;

    private readonly Dictionary<int, byte> _regions;

    private LatencyExploration(Dictionary<int, byte> regions, double share)
    {
        _regions = regions;
        Share = share;
    }

    public int PrefixCount => _regions.Count;

    /// <summary>Of all samples those of the prefixes that explore, 0 to 1.</summary>
    public double Share { get; }

    /// <param name="epoch">Length of an epoch: with the map's number it says which slot it is.</param>
    public static LatencyExploration Of(LatencyMap map, TimeSpan epoch)
    {
        LatencyMapContent content = map.Content;
        ulong slot = (ulong)((map.Epoch + 1) * (epoch / Slot));
        int[] samples = [.. Enumerable.Range(0, content.Keys.Length).Select(group => SamplesOf(content.CellsOf(group)))];
        long all = samples.Sum(count => (long)count);
        var candidates = new List<(ulong Draw, int Group, byte Region)>();
        for (int group = 0; group < samples.Length; group++)
        {
            if (samples[group] > MostShareOfOne * all || (content.States[group].Flags & Busy) != 0)
                continue;
            for (int region = 0; region < content.Regions.Length; region++)
            {
                if (IsWorthALook(content.CellsOf(group), content.OrderOf(group)[0], region))
                    candidates.Add((StableHash.Combine(StableHash.Combine(content.Keys[group], StableHash.Of(content.Regions[region].Label)), slot), group, (byte)region));
            }
        }

        candidates.Sort();
        var regions = new Dictionary<int, byte>();
        long spent = 0;
        foreach ((ulong _, int group, byte region) in candidates)
        {
            if (spent + samples[group] > MostShare * all)
                break;
            spent += regions.TryAdd(group, region) ? samples[group] : 0;
        }

        return regions.Count == 0 ? None : new LatencyExploration(regions, spent / (double)all);
    }

    /// <returns>Ordinal of the region that a line of the map tries, or -1.</returns>
    internal int RegionOf(int group) => _regions.TryGetValue(group, out byte region) ? region : -1;

    private static int SamplesOf(ReadOnlySpan<MapCell> cells)
    {
        int samples = 0;
        foreach (MapCell cell in cells)
            samples += cell.Samples;
        return samples;
    }

    private static bool IsWorthALook(ReadOnlySpan<MapCell> cells, int present, int region)
    {
        if (region == present || cells[present].Samples < EvidenceCell.LeastForMedian)
            return false;
        double ms = MapCell.Ms(cells[region].Fresh), presentMs = MapCell.Ms(cells[present].Fresh), best = presentMs;
        for (int other = 0; other < cells.Length; other++)
        {
            if (other != region && cells[other].Samples >= EvidenceCell.LeastForMedian && MapCell.Ms(cells[other].Fresh) < best)
                best = MapCell.Ms(cells[other].Fresh);
        }

        // What is not known is NaN, and no comparison with it holds.
        return ms - (StandardErrors * MapCell.Ms(cells[region].Error)) < best - LeastGainMs && ms - presentMs <= MostHarmMs;
    }
}
