namespace GslbServer.Balancer;

/// <summary>From a histogram that only grows to the durations of late: of the last half to whole <see cref="Window"/> while somebody looks, and since the look before if that is
/// longer ago.</summary>
internal sealed class RecentDurations
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly Lock _looking = new();
    private long[] _before = [], _last = [];
    private TimeSpan _lastAt;

    /// <param name="counts">As <see cref="DurationHistogram.Counts"/>.</param>
    /// <param name="now">Monotonic.</param>
    /// <returns>Counts by bucket.</returns>
    public long[] Since(long[] counts, TimeSpan now)
    {
        lock (_looking)
        {
            if (now - _lastAt >= Window / 2) (_before, _last, _lastAt) = (_last, counts, now);
            long[] before = _before;
            return [.. counts.Select((count, i) => count - (i < before.Length ? before[i] : 0))];
        }
    }
}
