namespace GslbServer.Balancer;

/// <summary>How long something took, mostly requests: from the first octet of the request's head to the last of the answer. Written by all requests at once.</summary>
public sealed class DurationHistogram
{
    private const int FirstDecade = -4, Decades = 6;

    private static readonly double[] Steps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

    /// <summary>Upper bounds in seconds, nine in each decade from 0.1 ms to 60 s: a quantile between two of them is within a fifth of the truth.</summary>
    public static readonly IReadOnlyList<double> Bounds =
        [.. Enumerable.Range(FirstDecade, Decades).SelectMany(decade => Steps.Select(step => double.Parse($"{step}e{decade}", System.Globalization.CultureInfo.InvariantCulture))).Where(bound => bound <= 60)];

    /// <summary>Those of <see cref="Bounds"/> that metrics tell: the Prometheus clients' defaults, and two more for what is fast.</summary>
    public static readonly IReadOnlyList<double> ToldBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly long[] BoundTicks = [.. Bounds.Select(bound => (long)Math.Round(bound * TimeSpan.TicksPerSecond))];

    private static readonly int TicksAt = Bounds.Count + 1;

    private readonly StripedCounters _counters = new(TicksAt + 1);

    public double SumSeconds => TimeSpan.FromTicks(_counters.Sum(TicksAt)).TotalSeconds;

    /// <summary>Count of each bucket by itself, not cumulated; the last is above all bounds.</summary>
    public long[] Counts => [.. Enumerable.Range(0, Bounds.Count + 1).Select(_counters.Sum)];

    public void Add(TimeSpan duration) => Add(BucketOf(duration), duration);

    /// <summary>For who adds one duration to several.</summary>
    /// <param name="bucket">As <see cref="BucketOf"/> has it.</param>
    public void Add(int bucket, TimeSpan duration)
    {
        _counters.Add(bucket, 1);
        _counters.Add(TicksAt, duration.Ticks);
    }

    public static int BucketOf(TimeSpan duration)
    {
        int found = Array.BinarySearch(BoundTicks, duration.Ticks);
        return found < 0 ? ~found : found;
    }

    /// <summary>In seconds, as if a bucket's durations were evenly spread; above the last bound that bound. Null without any.</summary>
    /// <param name="counts">As <see cref="Counts"/>.</param>
    /// <param name="quantile">0.5 is the median.</param>
    public static double? Quantile(IReadOnlyList<long> counts, double quantile)
    {
        double rank = quantile * counts.Sum();
        if (rank <= 0) return null;
        double below = 0;
        for (int i = 0; i < Bounds.Count; i++)
        {
            if (below + counts[i] >= rank)
            {
                double from = i == 0 ? 0 : Bounds[i - 1];
                return from + ((Bounds[i] - from) * (rank - below) / counts[i]);
            }

            below += counts[i];
        }

        return Bounds[^1];
    }
}
