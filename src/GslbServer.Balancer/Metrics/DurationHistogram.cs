namespace GslbServer.Balancer;

/// <summary>How long requests took, from the first octet of the request's head to the last of the answer.</summary>
public sealed class DurationHistogram
{
    /// <summary>Upper bounds in seconds; the Prometheus clients' defaults.</summary>
    public static readonly IReadOnlyList<double> Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly long[] _counts = new long[Bounds.Count + 1];
    private long _ticks;

    public double SumSeconds => TimeSpan.FromTicks(Volatile.Read(ref _ticks)).TotalSeconds;

    /// <summary>Count of each bucket by itself, not cumulated; the last is above all bounds.</summary>
    public long[] Counts => [.. Enumerable.Range(0, _counts.Length).Select(i => Volatile.Read(ref _counts[i]))];

    public void Add(TimeSpan duration)
    {
        int bucket = 0;
        while (bucket < Bounds.Count && duration.TotalSeconds > Bounds[bucket]) bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _ticks, duration.Ticks);
    }
}
