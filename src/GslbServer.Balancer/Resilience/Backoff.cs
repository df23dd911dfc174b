namespace GslbServer.Balancer;

/// <summary>How long to wait before a retry.</summary>
internal static class Backoff
{
    /// <summary>Full jitter: uniform from 0 to the base, doubled with each retry, up to the most. Retries of many clients then come spread out.</summary>
    /// <param name="retry">1 is the first.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan BeforeRetry(int retry, TimeSpan first, TimeSpan most, double chance) => Doubled(first, retry - 1, most) * chance;

    /// <summary>Never more than <paramref name="most"/>.</summary>
    public static TimeSpan Doubled(TimeSpan first, int times, TimeSpan most) =>
        TimeSpan.FromTicks((long)Math.Min(first.Ticks * Math.Pow(2, Math.Min(times, 62)), most.Ticks));
}
