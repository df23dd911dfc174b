using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>What a collector knows of one prefix and region, in 96 octets: a histogram of all samples, decayed, and the last twelve in order, at a finer step. The few
/// place a narrow distribution within its bucket, and show when the path has changed.</summary>
internal struct LatencyCell
{
    /// <summary>Samples that the last ones are kept of.</summary>
    public const int RecentLength = 12;

    /// <summary>As many recent samples as a change of level is judged by, and how many of them are new: an epoch with few asks those before, too.</summary>
    private const int LeastForShift = 6, LeastNew = 3;

    /// <summary>A window with too few samples stays open for so many epochs.</summary>
    private const int LongestWindow = 6;

    public LatencyKey Key;
    public byte Region;
    public LatencySource Source;

    /// <summary>Samples since the epoch began, those refused for flooding left out.</summary>
    public byte InEpoch;

    /// <summary>Half-lives begun when the counts were last halved, modulo 256.</summary>
    public byte HalfLives;

    /// <summary>Of the last sample, modulo 65,536.</summary>
    public ushort Minute;

    private byte _window;
    private byte _windowAge;
    private byte _shiftedEpochs;
    private byte _recentCount;
    private byte _recentAt;
    private Counts _counts;
    private Recent _recent;

    [InlineArray(LatencyScale.Buckets)]
    private struct Counts
    {
        private byte _first;
    }

    [InlineArray(RecentLength)]
    private struct Recent
    {
        private byte _first;
    }

    /// <summary>By more than this a round trip changes only when its path does, ms.</summary>
    public static double LeastShift(double ms) => Math.Max(15, ms / 10);

    public readonly int Total
    {
        get
        {
            int total = 0;
            foreach (byte count in _counts)
                total += count;
            return total;
        }
    }

    public void Add(byte step)
    {
        Count(LatencyScale.BucketOf(step));
        _recent[_recentAt] = step;
        _recentAt = (byte)((_recentAt + 1) % RecentLength);
        _recentCount = (byte)Math.Min(RecentLength, _recentCount + 1);
        _window = (byte)Math.Min(RecentLength, _window + 1);
        InEpoch++;
    }

    /// <summary>Halves the counts. What is left over in one bucket is carried to the next, so that the total is halved too.</summary>
    public void Halve()
    {
        int carried = 0;
        foreach (ref byte count in _counts[..])
        {
            int doubled = count + carried;
            count = (byte)(doubled / 2);
            carried = doubled % 2;
        }
    }

    /// <summary>Adds what another collector knows of the same prefix and region.</summary>
    public void Merge(in LatencyCell other)
    {
        for (int bucket = 0; bucket < LatencyScale.Buckets; bucket++)
        {
            for (int i = other._counts[bucket]; i > 0; i--)
                Count(bucket);
        }

        for (int i = other._recentCount; i > 0; i--)
        {
            _recent[_recentAt] = other.RecentFromEnd(i - 1);
            _recentAt = (byte)((_recentAt + 1) % RecentLength);
            _recentCount = (byte)Math.Min(RecentLength, _recentCount + 1);
        }
    }

    /// <summary>Ends an epoch: what is to be told of it.</summary>
    /// <remarks>When the samples since the last epochs lie apart from all before by more than the larger of 15 ms and 10 %, they alone count; the second time in a row, what was
    /// before is forgotten. Upwards nearly all of them must (a blip that covers half a window is none), downwards 70 %, for the tail of noise points upwards.</remarks>
    /// <returns>Milliseconds, 0 spread where one sample is all.</returns>
    public (int Samples, double Median, double Spread) CloseEpoch()
    {
        InEpoch = 0;
        Span<byte> window = stackalloc byte[RecentLength];
        window = window[..CopyRecent(window, Math.Max(LeastForShift, (int)_window))];
        bool isFull = _window >= LeastNew && window.Length >= LeastForShift;
        bool shifted = isFull && IsShifted(window);
        bool isClosed = isFull || ++_windowAge >= LongestWindow;
        if (isClosed)
            _window = _windowAge = 0;
        if (!shifted)
        {
            _shiftedEpochs = isClosed ? (byte)0 : _shiftedEpochs;
            return Summary();
        }

        if (++_shiftedEpochs >= 2)
        {
            _counts = default;
            foreach (byte step in window)
                Count(LatencyScale.BucketOf(step));
            _shiftedEpochs = 0;
        }

        return (window.Length, Quantile(window, 0.5), Spread(window));
    }

    private readonly (int Samples, double Median, double Spread) Summary()
    {
        int total = Total;
        Span<byte> recent = stackalloc byte[RecentLength];
        recent = recent[..CopyRecent(recent, Math.Min(total, RecentLength))];
        double recentMedian = recent.Length > 0 ? Quantile(recent, 0.5) : 0;
        double recentSpread = recent.Length > 1 ? Spread(recent) : 0;
        if (total <= recent.Length)
            return (total, recentMedian, recentSpread);

        int bucket = BucketAt(total / 2.0, out double within);
        // Narrower than its bucket: the histogram says which, the last samples say where in it.
        if (_counts[bucket] * 2 >= total && WithinBucket(recent, bucket) is { Length: > 0 } inside)
            return (total, Quantile(inside, 0.5), recentSpread);
        double median = Interpolate(bucket, within);
        return (total, median, 2 * (median - Interpolate(BucketAt(0.25 * total, out double lower), lower)));
    }

    private static ReadOnlySpan<byte> WithinBucket(ReadOnlySpan<byte> sorted, int bucket)
    {
        int from = 0, to = sorted.Length;
        while (from < to && LatencyScale.BucketOf(sorted[from]) < bucket)
            from++;
        while (to > from && LatencyScale.BucketOf(sorted[to - 1]) > bucket)
            to--;
        return sorted[from..to];
    }

    private readonly bool IsShifted(ReadOnlySpan<byte> window)
    {
        Counts before = _counts;
        int total = 0;
        foreach (byte step in window)
        {
            ref byte count = ref before[LatencyScale.BucketOf(step)];
            count -= count == 0 ? (byte)0 : (byte)1;
        }

        foreach (byte count in before)
            total += count;
        if (total < LeastForShift)
            return false;
        int bucket = BucketAt(before, total / 2.0, out double within);
        double median = Interpolate(bucket, within);
        double apart = LeastShift(median);
        return Quantile(window, 0.2) > median + apart || Quantile(window, 0.7) < median - apart;
    }

    private void Count(int bucket)
    {
        if (_counts[bucket] == byte.MaxValue)
            Halve();
        _counts[bucket]++;
    }

    /// <returns>How many there are; sorted.</returns>
    private readonly int CopyRecent(Span<byte> target, int most)
    {
        int count = Math.Min(most, _recentCount);
        for (int i = 0; i < count; i++)
            target[i] = RecentFromEnd(i);
        target[..count].Sort();
        return count;
    }

    private readonly byte RecentFromEnd(int back) => _recent[(_recentAt + (2 * RecentLength) - 1 - back) % RecentLength];

    private readonly int BucketAt(double rank, out double within) => BucketAt(_counts, rank, out within);

    private static int BucketAt(in Counts counts, double rank, out double within)
    {
        double below = 0;
        int last = 0;
        for (int bucket = 0; bucket < LatencyScale.Buckets; bucket++)
        {
            if (counts[bucket] == 0)
                continue;
            last = bucket;
            if (below + counts[bucket] >= rank)
                break;
            below += counts[bucket];
        }

        within = counts[last] == 0 ? 0.5 : Math.Clamp((rank - below) / counts[last], 0, 1);
        return last;
    }

    private static double Interpolate(int bucket, double within)
        => LatencyScale.LowerEdge(bucket) + (within * (LatencyScale.UpperEdge(bucket) - LatencyScale.LowerEdge(bucket)));

    private static double Spread(ReadOnlySpan<byte> sorted) => 2 * (Quantile(sorted, 0.5) - Quantile(sorted, 0.25));

    private static double Quantile(ReadOnlySpan<byte> sorted, double share)
    {
        double rank = share * (sorted.Length - 1);
        int below = (int)rank;
        double lower = LatencyScale.MiddleOf(sorted[below]);
        return below + 1 == sorted.Length ? lower : lower + ((rank - below) * (LatencyScale.MiddleOf(sorted[below + 1]) - lower));
    }
}
