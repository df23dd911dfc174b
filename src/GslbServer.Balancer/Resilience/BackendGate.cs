namespace GslbServer.Balancer;

/// <summary>Whether one backend takes another request: its breaker, and how many it has in flight. Safe for many threads, without locks.</summary>
internal sealed class BackendGate
{
    private int _inFlight;

    public CircuitBreaker Breaker { get; } = new();

    /// <summary>Upgraded connections not among them.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Whether <see cref="TryEnter"/> would succeed.</summary>
    public bool Admits(ClusterSettings settings, TimeSpan now) =>
        (settings.Breaker.ErrorRatio <= 0 || Breaker.Admits(now)) && (settings.Limits.Backend == 0 || InFlight < settings.Limits.Backend);

    /// <param name="counts">False for what is no request for long: it is not limited.</param>
    /// <param name="isProbe">Hand it back with <see cref="Leave"/>.</param>
    public bool TryEnter(ClusterSettings settings, TimeSpan now, bool counts, out bool isProbe)
    {
        isProbe = false;
        int limit = settings.Limits.Backend;
        if (counts && Interlocked.Increment(ref _inFlight) > limit && limit > 0)
        {
            Interlocked.Decrement(ref _inFlight);
            return false;
        }

        if (settings.Breaker.ErrorRatio <= 0 || Breaker.TryEnter(now, out isProbe)) return true;
        if (counts) Interlocked.Decrement(ref _inFlight);
        return false;
    }

    /// <summary>The head of an answer to a probe is enough to tell; its body, or a WebSocket, may last for hours.</summary>
    /// <returns>True if the breaker closed.</returns>
    public bool Answered(ClusterSettings settings, TimeSpan now) => Breaker.Succeeded(isProbe: true, now, settings.Breaker);

    /// <param name="failed">Null: the end says nothing of the backend.</param>
    /// <returns>How the breaker changed, if it did.</returns>
    public BreakerState? Leave(ClusterSettings settings, TimeSpan now, bool counts, bool isProbe, bool? failed)
    {
        if (counts) Interlocked.Decrement(ref _inFlight);
        // Turned off while a probe was out: the probe still ends it.
        if (settings.Breaker.ErrorRatio <= 0 && !isProbe) return null;
        if (failed is true) return Breaker.Failed(isProbe, now, settings.Breaker) ? BreakerState.Open : null;
        if (failed is false) return Breaker.Succeeded(isProbe, now, settings.Breaker) ? BreakerState.Closed : null;
        Breaker.Abandoned(isProbe);
        return null;
    }
}
