namespace GslbServer.Balancer;

/// <summary>What a backend has told of itself, when it was asked.</summary>
internal sealed class LoadReports
{
    private volatile Report? _last;
    private long _asked;

    /// <summary>The last, if it is no older than <paramref name="maxAge"/>.</summary>
    public Report? Last(TimeSpan maxAge, TimeProvider time) => _last is { } last && time.GetElapsedTime(last.At) <= maxAge ? last : null;

    public void Add(Report report) => _last = report;

    /// <summary>Whether it may be asked again: true for one of all who want to.</summary>
    public bool TryAsk(TimeSpan gap, TimeProvider time)
    {
        long asked = Volatile.Read(ref _asked), now = time.GetTimestamp();
        return (asked == 0 || time.GetElapsedTime(asked, now) >= gap) && Interlocked.CompareExchange(ref _asked, now, asked) == asked;
    }

    /// <param name="InFlight">Requests in it, from whomever.</param>
    /// <param name="LatencyMilliseconds">Null if it does not say.</param>
    /// <param name="Own">Of this balancer in it at that time.</param>
    /// <param name="At">Timestamp.</param>
    internal sealed record Report(int InFlight, double? LatencyMilliseconds, int Own, long At)
    {
        /// <summary>With what this balancer has sent there since.</summary>
        public int Now(int own) => Math.Max(InFlight + own - Own, own);
    }
}
