using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What all writers say of one prefix and region.</summary>
internal struct EvidenceCell
{
    /// <summary>Fewer samples prove nothing: one of them may have waited in a queue.</summary>
    public const int LeastForMedian = 3;

    /// <summary>Milliseconds, as <see cref="Spread"/>.</summary>
    public double Median;
    public double Spread;
    public int Samples;
    public ushort AgeMinutes;
    public LatencySource Source;

    /// <summary>Medians of several writers are averaged by their samples; a table that somebody wrote counts only where nobody measured, and for little.</summary>
    public void Add(in LatencyRow row)
    {
        bool isImport = row.Source == LatencySource.Import;
        if (Samples > 0 && isImport && Source != LatencySource.Import)
            return;
        if (Samples > 0 && !isImport && Source == LatencySource.Import)
            Samples = 0;
        int samples = isImport ? Math.Min(LatencyOptions.ImportedSamples, (int)row.Samples) : row.Samples;
        int all = Samples + samples;
        Median = ((Median * Samples) + (row.Median / 10.0 * samples)) / all;
        Spread = ((Spread * Samples) + (row.Spread / 10.0 * samples)) / all;
        AgeMinutes = Samples == 0 ? row.AgeMinutes : Math.Min(AgeMinutes, row.AgeMinutes);
        Source = Samples == 0 || row.Source > Source ? row.Source : Source;
        Samples = all;
    }
}

/// <summary>The rows of all writers laid side by side: a line of cells, one for each region, for every prefix.</summary>
internal sealed class LatencyEvidence
{
    private LatencyEvidence(ulong[] keys, int regions)
    {
        Keys = keys;
        Regions = regions;
        Cells = new EvidenceCell[keys.Length * regions];
        Reporting = new bool[regions];
    }

    /// <summary>Of prefixes as clients are told apart by, ascending.</summary>
    public ulong[] Keys { get; }

    public int Regions { get; }

    public EvidenceCell[] Cells { get; }

    /// <summary>What is known of wider prefixes, of ASes and countries as such: imported.</summary>
    public SortedDictionary<LatencyKey, EvidenceCell[]> Wide { get; } = [];

    /// <summary>Regions that some writer measured.</summary>
    public bool[] Reporting { get; }

    /// <summary>By resolver, then client; weights of all writers added.</summary>
    public List<ResolverLink> Links { get; } = [];

    /// <param name="tables">In any order: it makes no difference.</param>
    public static LatencyEvidence Merge(IEnumerable<LatencyRows> tables, ImmutableArray<LatencyRegion> regions)
    {
        LatencyRows[] ordered = [.. tables.OrderBy(table => table.Writer, StringComparer.Ordinal)];
        var evidence = new LatencyEvidence(KeysOf(ordered), regions.Length);
        foreach (LatencyRows table in ordered)
            evidence.Add(table, [.. table.Regions.Select(label => IndexOf(regions, label))]);
        evidence.Links.AddRange(ordered.SelectMany(table => table.Links).GroupBy(link => (link.Resolver, link.Client))
            .Select(group => new ResolverLink(group.Key.Resolver, group.Key.Client, (ushort)Math.Min(ushort.MaxValue, group.Sum(link => link.Weight))))
            .OrderBy(link => link.Resolver.Bits).ThenBy(link => link.Client.Bits));
        return evidence;
    }

    private static ulong[] KeysOf(LatencyRows[] tables)
    {
        var keys = new List<ulong>();
        foreach (LatencyRows table in tables)
        {
            ulong last = 0;
            foreach (LatencyRow row in table.Rows)
            {
                if (row.Key.Bits != last && row.Key.IsNarrow)
                    keys.Add(row.Key.Bits);
                last = row.Key.Bits;
            }

            foreach (ResolverLink link in table.Links)
            {
                if (keys.Count == 0 || keys[^1] != link.Resolver.Bits)
                    keys.Add(link.Resolver.Bits);
            }
        }

        keys.Sort();
        return [.. Distinct(keys)];
    }

    private static IEnumerable<ulong> Distinct(List<ulong> sorted)
    {
        for (int i = 0; i < sorted.Count; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
                yield return sorted[i];
        }
    }

    private void Add(LatencyRows table, int[] regionOf)
    {
        int at = 0;
        foreach (LatencyRow row in table.Rows)
        {
            int region = regionOf[row.Region];
            if (region < 0)
                continue;
            Reporting[region] |= row.Source != LatencySource.Import;
            if (!row.Key.IsNarrow)
            {
                if (!Wide.TryGetValue(row.Key, out EvidenceCell[]? cells))
                    Wide[row.Key] = cells = new EvidenceCell[Regions];
                cells[region].Add(row);
                continue;
            }

            while (Keys[at] < row.Key.Bits)
                at++;
            Cells[(at * Regions) + region].Add(row);
        }
    }

    private static int IndexOf(ImmutableArray<LatencyRegion> regions, string label)
    {
        for (int i = 0; i < regions.Length; i++)
        {
            if (regions[i].Label == label)
                return i;
        }

        return -1;
    }
}
