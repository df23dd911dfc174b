namespace GslbServer.Steering;

/// <summary>Finds what the prefixes within something wider have in common: the median of what they lie above the distance model, each with a bounded weight, shrunk to what
/// is known of the next wider.</summary>
internal sealed class WideEstimator(LatencyEvidence evidence, LatencyGroups groups, DistanceModel model, WideTable before, LatencyOptions options)
{
    /// <summary>No prefix weighs more than so many samples.</summary>
    private const int MostWeight = 8;

    /// <summary>Of more members, so many are taken evenly.</summary>
    private const int MostMembers = 1001;

    private readonly SortedDictionary<ulong, WideCell[]> _lines = [];
    private readonly double[] _residuals = new double[MostMembers];
    private readonly int[] _weights = new int[MostMembers];

    public WideTable Estimate()
    {
        AddLevel(group => groups.CountryKey(group), _ => default);
        AddLevel(group => groups.AsnKey(group), group => groups.CountryKey(group));
        AddLevel(group => groups.WidePrefixKey(group), group => Measured(groups.AsnKey(group)) ? groups.AsnKey(group) : groups.CountryKey(group));
        foreach ((LatencyKey key, EvidenceCell[] cells) in evidence.Wide)
        {
            if (!_lines.TryGetValue(key.Bits, out WideCell[]? line))
                _lines[key.Bits] = line = new WideCell[evidence.Regions];
            for (int region = 0; region < line.Length; region++)
                line[region] = line[region] with { Absolute = cells[region].Samples > 0 ? LatencyRow.Tenths(cells[region].Median) : (ushort)0 };
        }

        return new WideTable([.. _lines.Keys], [.. _lines.Values.SelectMany(line => line)]);
    }

    private bool Measured(LatencyKey key) => _lines.ContainsKey(key.Bits);

    private void AddLevel(Func<int, LatencyKey> keyOf, Func<int, LatencyKey> parentOf)
    {
        ulong[] keys = new ulong[evidence.Keys.Length];
        int[] members = new int[keys.Length];
        int count = 0;
        for (int group = 0; group < keys.Length; group++)
        {
            LatencyKey key = keyOf(group);
            if (key == default || groups.Kilometres(group) is null)
                continue;
            keys[count] = key.Bits;
            members[count++] = group;
        }

        // By key, then prefix: which members are taken, and so the result, follows from the rows alone.
        Array.Sort(keys, members, 0, count);
        for (int from = 0; from < count;)
        {
            int to = from;
            while (to < count && keys[to] == keys[from])
                to++;
            if (to - from >= WidePredictor.LeastMembers)
            {
                members.AsSpan(from, to - from).Sort();
                AddLine(keys[from], members.AsSpan(from, to - from), parentOf(members[from]));
            }

            from = to;
        }
    }

    private void AddLine(ulong key, ReadOnlySpan<int> members, LatencyKey parent)
    {
        WideCell[]? wider = parent == default ? null : _lines.GetValueOrDefault(parent.Bits);
        int known = before.Find(new LatencyKey(key));
        var line = new WideCell[evidence.Regions];
        bool isKnown = false;
        for (int region = 0; region < line.Length; region++)
        {
            WideCell previous = known < 0 ? default : before.Cells[(known * evidence.Regions) + region];
            line[region] = Cell(members, region, wider?[region] ?? default, previous);
            isKnown |= line[region].Members > 0;
        }

        if (isKnown)
            _lines[key] = line;
    }

    private WideCell Cell(ReadOnlySpan<int> members, int region, WideCell wider, WideCell previous)
    {
        int count = 0;
        double stride = Math.Max(1, (double)members.Length / MostMembers);
        for (double at = 0; (int)at < members.Length && count < MostMembers; at += stride)
        {
            int group = members[(int)at];
            ref EvidenceCell cell = ref evidence.Cells[(group * evidence.Regions) + region];
            if (cell.Samples < EvidenceCell.LeastForMedian || groups.Kilometres(group) is not { } km)
                continue;
            _residuals[count] = cell.Median - model.At(km[region]);
            _weights[count++] = Math.Min(MostWeight, cell.Samples);
        }

        if (count < WidePredictor.LeastMembers)
            return default;
        Span<double> residuals = _residuals.AsSpan(0, count);
        double median = Robust.WeightedMedian(residuals, _weights.AsSpan(0, count));
        foreach (ref double residual in residuals)
            residual = Math.Abs(residual - median);
        residuals.Sort();
        double sigma = Math.Max(2, 1.4826 * residuals[count / 2]);

        bool hasWider = wider.Members >= WidePredictor.LeastMembers;
        double pseudo = options.ShrinkageSamples;
        double shrunk = ((count * median) + (pseudo * (hasWider ? wider.Residual / 10.0 : 0))) / (count + pseudo);
        double spread = ((count * sigma) + (pseudo * (hasWider ? wider.Sigma / 10.0 : model.SigmaMs))) / (count + pseudo);
        return Settle((int)Math.Round(shrunk * 10), LatencyRow.Tenths(spread), (ushort)Math.Min(ushort.MaxValue, members.Length), previous);
    }

    /// <summary>Guesses keep still: a change has to be larger than chance and stand for two epochs.</summary>
    private WideCell Settle(int fresh, ushort sigma, ushort members, WideCell previous)
    {
        if (previous.Members == 0)
            return new WideCell(fresh, sigma, members, fresh, 0);
        double still = 10 * Math.Max(options.GainMs / 2, options.GainStandardErrors * sigma / 10.0 / Math.Sqrt(members));
        bool isNews = Math.Abs(fresh - previous.Residual) > still && Math.Abs(previous.Fresh - previous.Residual) > still;
        return new WideCell(isNews ? fresh : previous.Residual, sigma, members, fresh, 0);
    }
}
