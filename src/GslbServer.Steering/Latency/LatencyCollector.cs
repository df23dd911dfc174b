using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Gathers the round trips that one process sees: a decayed histogram per prefix and region, and at the end of each epoch the rows to share.</summary>
/// <remarks>Not for several threads: it has one owner, who hands it samples and epochs in turn. Times are monotonic and may not matter which; one that goes back counts as
/// the latest seen.</remarks>
public sealed class LatencyCollector
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(12);

    private readonly CellTable _cells;
    private readonly ResolverClients _resolvers;
    private readonly LatencyOptions _options;
    private readonly long[] _verdicts = new long[Enum.GetValues<SampleVerdict>().Length];
    private TimeSpan _now;

    /// <param name="writer">Who tells, as others know it: the node's or balancer's name.</param>
    /// <param name="regions">Labels of the regions that samples may name; at most 64.</param>
    public LatencyCollector(string writer, ImmutableArray<string> regions, LatencyOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(regions.Length, LatencyOptions.MaxRegions);
        Writer = writer;
        Regions = regions;
        _options = options;
        _cells = new CellTable(options.MaxCells);
        _resolvers = new ResolverClients(options.MaxResolvers);
    }

    public string Writer { get; }

    public ImmutableArray<string> Regions { get; }

    public int CellCount => _cells.Count;

    /// <summary>Cells that gave way to others because there are <see cref="LatencyOptions.MaxCells"/>.</summary>
    public long Evicted => _cells.Evicted;

    /// <summary>Samples with this verdict since the start: for metrics.</summary>
    public long CountOf(SampleVerdict verdict) => _verdicts[(int)verdict];

    public SampleVerdict Add(in LatencySample sample, TimeSpan now)
    {
        SampleVerdict verdict = Judge(sample);
        if (verdict == SampleVerdict.Counted)
            verdict = Count(sample, Advance(now));
        _verdicts[(int)verdict]++;
        return verdict;
    }

    /// <summary>A client was seen to use a resolver (a unique host name joined both).</summary>
    /// <returns>False for addresses that say nothing of a place.</returns>
    public bool AddResolverUse(in Client resolver, in Client client)
    {
        if (IsRefused(resolver) || IsRefused(client))
            return false;
        _resolvers.Add(LatencyKey.Of(resolver), LatencyKey.Of(client));
        return true;
    }

    /// <summary>Ends an epoch. Cells without a sample for 7 days are forgotten.</summary>
    /// <param name="epoch">Number of the epoch that ends: seconds since 1970 / <see cref="LatencyOptions.EpochSeconds"/>.</param>
    public LatencyRows CloseEpoch(uint epoch, TimeSpan now)
    {
        TimeSpan time = Advance(now);
        var rows = new List<LatencyRow>(_cells.Count);
        for (int i = _cells.Count - 1; i >= 0; i--)
        {
            ref LatencyCell cell = ref _cells[i];
            int age = (ushort)(Minute(time) - cell.Minute);
            Decay(ref cell, time);
            (int samples, double median, double spread) = cell.CloseEpoch();
            if (age > LatencyOptions.ForgetMinutes || samples == 0)
                _cells.Remove(i);
            else
                rows.Add(new LatencyRow(cell.Key, cell.Region, cell.Source, (ushort)samples, LatencyRow.Tenths(median), LatencyRow.Tenths(spread), (ushort)age));
        }

        rows.Sort(LatencyRow.InOrder);
        return new LatencyRows(Writer, epoch, Regions, [.. rows], _resolvers.CloseEpoch());
    }

    /// <summary>Adds all that another collector with the same regions knows: histograms add up.</summary>
    public void Merge(LatencyCollector other)
    {
        for (int i = 0; i < other._cells.Count; i++)
        {
            ref LatencyCell theirs = ref other._cells[i];
            ref LatencyCell ours = ref _cells.FindOrAdd(theirs.Key, theirs.Region);
            if (ours.Total == 0)
                ours = theirs;
            else
                ours.Merge(theirs);
        }
    }

    /// <summary>Goes on from the last table of an earlier run of this writer, on top of what came since: as good as the samples themselves, but for 3 % of where they lay. Only
    /// what was measured counts; what somebody wrote has a memory of its own.</summary>
    public void Restore(LatencyRows told, TimeSpan now)
    {
        TimeSpan time = Advance(now);
        int[] regionOf = [.. told.Regions.Select(label => Regions.IndexOf(label))];
        foreach (LatencyRow row in told.Rows)
        {
            if (regionOf[row.Region] < 0 || row.Source == LatencySource.Import || !row.Key.IsNarrow)
                continue;
            ref LatencyCell cell = ref _cells.FindOrAdd(row.Key, (byte)regionOf[row.Region]);
            if (cell.Total == 0)
                (cell.HalfLives, cell.Minute, cell.Source) = (HalfLives(time), (ushort)(Minute(time) - row.AgeMinutes), row.Source);
            double median = row.Median / 10.0;
            cell.Seed(row.Samples, LatencyScale.StepOf(median), LatencyScale.StepOf(Math.Max(0.1, median - (row.Spread / 20.0))));
        }

        foreach (ResolverLink link in told.Links)
            _resolvers.Add(link.Resolver, link.Client, link.Weight);
    }

    private SampleVerdict Judge(in LatencySample sample)
    {
        if (!(sample.Milliseconds > 0))
            return SampleVerdict.NotPositive;
        if (sample.Milliseconds > LatencyOptions.LongestMs)
            return SampleVerdict.TooLong;
        if ((uint)sample.Region >= (uint)Regions.Length)
            return SampleVerdict.UnknownRegion;
        return IsRefused(sample.Client) ? SampleVerdict.PrivateNetwork : SampleVerdict.Counted;
    }

    /// <summary>Private blocks, and what no client can have: 0/8, multicast and reserved (IANA special-purpose registries).</summary>
    private bool IsRefused(in Client client)
        => !_options.AcceptPrivate && (PrivateNetworks.BlockLength(client) > 0
            || (client.IsIPv6 ? (byte)(client.Address >> 120) == 0xFF : (byte)(client.Address >> 120) is 0 or >= 224));

    private SampleVerdict Count(in LatencySample sample, TimeSpan now)
    {
        ref LatencyCell cell = ref _cells.FindOrAdd(LatencyKey.Of(sample.Client), (byte)sample.Region);
        if (cell.InEpoch >= LatencyOptions.MaxSamplesPerEpoch)
            return SampleVerdict.Flooding;
        if (cell.Total == 0)
            cell.HalfLives = HalfLives(now);
        Decay(ref cell, now);
        cell.Source = sample.Source;
        cell.Minute = Minute(now);
        cell.Add(LatencyScale.StepOf(sample.Milliseconds), Tick(now));
        return SampleVerdict.Counted;
    }

    private static void Decay(ref LatencyCell cell, TimeSpan now)
    {
        for (; cell.HalfLives != HalfLives(now); cell.HalfLives++)
            cell.Halve();
    }

    private static byte HalfLives(TimeSpan now) => (byte)(now.Ticks / HalfLife.Ticks);

    private static ushort Minute(TimeSpan now) => (ushort)(now.Ticks / TimeSpan.TicksPerMinute);

    private ushort Tick(TimeSpan now) => (ushort)(now.Ticks / (_options.Epoch.Ticks / LatencyCell.TicksPerEpoch));

    private TimeSpan Advance(TimeSpan now) => _now = now > _now ? now : _now;
}
