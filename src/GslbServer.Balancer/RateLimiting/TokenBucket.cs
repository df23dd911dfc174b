namespace GslbServer.Balancer;

/// <summary>How a bucket fills: one token each so many nanoseconds, up to a depth.</summary>
/// <param name="Interval">Nanoseconds. Rounded up, so that a bucket never gives more than its rate.</param>
/// <param name="Depth">Nanoseconds from empty to full: tokens x interval.</param>
internal readonly record struct TokenRate(long Interval, long Depth)
{
    /// <param name="perSecond">0.01 to a million, also <paramref name="tokens"/>: the product stays far below what 64 bits hold.</param>
    /// <param name="share">Of so many that fill together.</param>
    public static TokenRate Of(double perSecond, int tokens, int share = 1)
    {
        long interval = (long)Math.Ceiling(1e9 / perSecond) * share;
        return new TokenRate(interval, interval * Math.Max(1, tokens / share));
    }
}

/// <summary>A token bucket in one number: when it will be full again. (The generic cell rate algorithm of ITU-T I.371, turned round; from full, any time t takes at most depth +
/// rate x t.)</summary>
internal struct TokenBucket
{
    /// <summary>Nanoseconds; in the past: full.</summary>
    public long FullAt { get; private set; }

    /// <param name="now">Nanoseconds, monotonic.</param>
    /// <param name="wait">Until there is a token, if there is none.</param>
    public bool TryTake(in TokenRate rate, long now, out long wait)
    {
        long fullAt = Math.Max(FullAt, now) + rate.Interval;
        wait = Math.Max(0, fullAt - now - rate.Depth);
        if (wait > 0) return false;
        FullAt = fullAt;
        return true;
    }

    /// <summary>Whole tokens.</summary>
    public readonly long Left(in TokenRate rate, long now) => (rate.Depth - Math.Max(0, FullAt - now)) / rate.Interval;
}
