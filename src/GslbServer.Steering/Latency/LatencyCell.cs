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

    /// <summary>Of the last sample, in <see cref="TicksPerEpoch"/>, modulo 65,536.</summary>
    private ushort _tick;

    /// <summary>Step of the median as last told when nothing had shifted; 0 before the first.</summary>
    private byte _level;

    /// <summary>Ticks from the first to the last sample of the run in which none is at that level, plus one; 0 for no run.</summary>
    private byte _run;

    /// <summary>Samples in the window (4 bits), epochs that it has been open for (3), and whether a shift was told (1).</summary>
    private byte _windowState;

    /// <summary>How many recent samples there are, and where the next one goes: 4 bits each.</summary>
    private byte _recentState;
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

    /// <summary>The clock of runs.</summary>
    public const int TicksPerEpoch = 16;

    private byte Window
    {
        readonly get => (byte)(_windowState & 15);
        set => _windowState = (byte)((_windowState & 0xF0) | value);
    }

    private byte WindowAge
    {
        readonly get => (byte)((_windowState >> 4) & 7);
        set => _windowState = (byte)((_windowState & 0x8F) | (value << 4));
    }

    private bool HasShifted
    {
        readonly get => _windowState >= 0x80;
        set => _windowState = (byte)((_windowState & 0x7F) | (value ? 0x80 : 0));
    }

    private byte RecentCount
    {
        readonly get => (byte)(_recentState & 15);
        set => _recentState = (byte)((_recentState & 0xF0) | value);
    }

    private byte RecentAt
    {
        readonly get => (byte)(_recentState >> 4);
        set => _recentState = (byte)((value << 4) | (_recentState & 15));
    }

    /// <summary>By more than this a round trip changes only when its path does, ms.</summary>
    public static double LeastShift(double ms) => Math.Max(15, ms / 10);

    public readonly int Total => Sum(_counts);

    /// <param name="tick">Now, in <see cref="TicksPerEpoch"/>.</param>
    public void Add(byte step, ushort tick)
    {
        Count(LatencyScale.BucketOf(step));
        Remember(step);
        Window = (byte)Math.Min(RecentLength, Window + 1);
        InEpoch++;
        int sinceLast = (ushort)(tick - _tick);
        _run = _level == 0 || IsAtLevel(step) ? (byte)0 : (byte)Math.Min(byte.MaxValue, _run == 0 ? 1 : _run + sinceLast);
        _tick = tick;
    }

    /// <summary>As if so many samples of this median and lower quartile had come before, as many above as below.</summary>
    public void Seed(int samples, byte median, byte lowerQuartile)
    {
        const int most = 400;
        byte upper = (byte)Math.Min(byte.MaxValue, (2 * median) - lowerQuartile);
        for (int i = 0; i < Math.Min(samples, most); i++)
        {
            Count(LatencyScale.BucketOf((i % 4) switch { 1 => lowerQuartile, 3 => upper, _ => median }));
            if (i < RecentLength)
                Remember((i % 3) switch { 1 => lowerQuartile, 2 => upper, _ => median });
        }

        _level = Math.Max((byte)1, median);
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

        for (int i = other.RecentCount; i > 0; i--)
            Remember(other.RecentFromEnd(i - 1));
    }

    /// <summary>Ends an epoch: what is to be told of it.</summary>
    /// <remarks>When the samples since the last epochs lie apart from all before by more than the larger of 15 ms and 10 %, they alone count. Upwards nearly all of them must (a
    /// blip that covers half a window is none), downwards 70 %, for the tail of noise points upwards. They are told at once; the second time they are only when the run of samples
    /// without one at the old level has lasted for more than an epoch, and then what was before is forgotten. So a blip of up to an epoch is told once at the most, wherever the
    /// ends of epochs cut it, and decides nothing.</remarks>
    /// <returns>Milliseconds, 0 spread where one sample is all.</returns>
    public (int Samples, double Median, double Spread) CloseEpoch()
    {
        InEpoch = 0;
        Span<byte> window = stackalloc byte[RecentLength];
        window = window[..CopyRecent(window, Math.Max(LeastForShift, (int)Window))];
        bool isFull = Window >= LeastNew && window.Length >= LeastForShift;
        Counts before = isFull ? Without(window) : default;
        bool isShifted = isFull && IsShifted(window, before);
        bool isClosed = isFull || ++WindowAge >= LongestWindow;
        if (isClosed)
            Window = WindowAge = 0;
        if (!isShifted)
        {
            HasShifted &= !isClosed;
            (int Samples, double Median, double Spread) all = Summary();
            if (!HasShifted)
                SetLevel(all.Median);
            return all;
        }

        bool isLong = _run > TicksPerEpoch + 1;
        if (HasShifted && !isLong)
            return Summary(before) with { Median = LatencyScale.MiddleOf(_level) };
        if (HasShifted)
            Forget(window);
        else if (_level == 0)
            SetLevel(Summary(before).Median);
        HasShifted = !HasShifted;
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

        int bucket = BucketAt(_counts, total / 2.0, out _);
        // Narrower than its bucket: the histogram says which, the last samples say where in it.
        return _counts[bucket] * 2 >= total && WithinBucket(recent, bucket) is { Length: > 0 } inside ? (total, Quantile(inside, 0.5), recentSpread) : Summary(_counts);
    }

    private static (int Samples, double Median, double Spread) Summary(in Counts counts)
    {
        int total = Sum(counts);
        double median = Interpolate(BucketAt(counts, total / 2.0, out double within), within);
        return (total, median, 2 * (median - Interpolate(BucketAt(counts, 0.25 * total, out double lower), lower)));
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

    private static bool IsShifted(ReadOnlySpan<byte> window, in Counts before)
    {
        int total = Sum(before);
        if (total < LeastForShift)
            return false;
        double median = Interpolate(BucketAt(before, total / 2.0, out double within), within);
        double apart = LeastShift(median);
        return Quantile(window, 0.2) > median + apart || Quantile(window, 0.7) < median - apart;
    }

    /// <summary>All samples but these.</summary>
    private readonly Counts Without(ReadOnlySpan<byte> window)
    {
        Counts before = _counts;
        foreach (byte step in window)
        {
            ref byte count = ref before[LatencyScale.BucketOf(step)];
            count -= count == 0 ? (byte)0 : (byte)1;
        }

        return before;
    }

    /// <summary>Nothing but these counts from now on.</summary>
    private void Forget(ReadOnlySpan<byte> window)
    {
        _counts = default;
        foreach (byte step in window)
            Count(LatencyScale.BucketOf(step));
        SetLevel(Quantile(window, 0.5));
        _run = 0;
    }

    private void SetLevel(double ms) => _level = Math.Max((byte)1, LatencyScale.StepOf(ms));

    private readonly bool IsAtLevel(byte step)
    {
        double level = LatencyScale.MiddleOf(_level);
        return Math.Abs(LatencyScale.MiddleOf(step) - level) <= LeastShift(level) / 2;
    }

    private void Remember(byte step)
    {
        _recent[RecentAt] = step;
        RecentAt = (byte)((RecentAt + 1) % RecentLength);
        RecentCount = (byte)Math.Min(RecentLength, RecentCount + 1);
    }

    private static int Sum(in Counts counts)
    {
        int total = 0;
        foreach (byte count in counts)
            total += count;
        return total;
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
        int count = Math.Min(most, RecentCount);
        for (int i = 0; i < count; i++)
            target[i] = RecentFromEnd(i);
        target[..count].Sort();
        return count;
    }

    private readonly byte RecentFromEnd(int back) => _recent[(RecentAt + (2 * RecentLength) - 1 - back) % RecentLength];

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
