namespace GslbServer.Balancer;

internal enum BreakerState
{
    Closed,
    Open,
    HalfOpen,
}

/// <summary>Leaves what fails alone for a while: open after too many errors, then exactly one probe decides whether it closes or stays open twice as long. Safe for many threads, without locks.</summary>
/// <remarks>Times are those of a clock that does not go back. Linkerd's breaker has the same states.</remarks>
internal sealed class CircuitBreaker
{
    private readonly ErrorWindow _window = new();
    private long _openUntil;
    private int _state, _openings;

    public BreakerState State => (BreakerState)Volatile.Read(ref _state);

    /// <summary>When it admits a probe.</summary>
    public TimeSpan OpenUntil => TimeSpan.FromTicks(Volatile.Read(ref _openUntil));

    /// <summary>Whether <see cref="TryEnter"/> would succeed.</summary>
    public bool Admits(TimeSpan now) => State == BreakerState.Closed || (State == BreakerState.Open && now.Ticks >= Volatile.Read(ref _openUntil));

    /// <param name="isProbe">Tell it when the request has ended: only the probe's end moves a breaker that is not closed.</param>
    public bool TryEnter(TimeSpan now, out bool isProbe)
    {
        isProbe = false;
        if (State == BreakerState.Closed) return true;
        if (!Admits(now)) return false;
        return isProbe = Interlocked.CompareExchange(ref _state, (int)BreakerState.HalfOpen, (int)BreakerState.Open) == (int)BreakerState.Open;
    }

    /// <summary>A request ended well.</summary>
    /// <returns>True if it closed.</returns>
    public bool Succeeded(bool isProbe, TimeSpan now, BreakerSettings settings)
    {
        if (!isProbe)
        {
            if (State == BreakerState.Closed) _window.Add(isError: false, now, settings.Window);
            return false;
        }

        _window.Clear();
        Volatile.Write(ref _openings, 0);
        Volatile.Write(ref _state, (int)BreakerState.Closed);
        return true;
    }

    /// <summary>A request ended badly.</summary>
    /// <returns>True if it opened, or opened again.</returns>
    public bool Failed(bool isProbe, TimeSpan now, BreakerSettings settings)
    {
        if (!isProbe)
        {
            if (State != BreakerState.Closed) return false;
            (int errors, int total) = _window.Add(isError: true, now, settings.Window);
            if (settings.ErrorRatio <= 0 || total < settings.Requests || errors < settings.ErrorRatio * total) return false;
        }

        // Its end before its state: who sees it open must not take an old end for this one's.
        Volatile.Write(ref _openUntil, (now + Backoff.Doubled(settings.Backoff, Volatile.Read(ref _openings), settings.MaxBackoff)).Ticks);
        BreakerState before = isProbe ? BreakerState.HalfOpen : BreakerState.Closed;
        if (Interlocked.CompareExchange(ref _state, (int)BreakerState.Open, (int)before) != (int)before) return false;
        Interlocked.Increment(ref _openings);
        return true;
    }

    /// <summary>A request ended without saying anything of the backend, as when its client went away. A probe leaves its place to the next.</summary>
    public void Abandoned(bool isProbe)
    {
        if (isProbe) Volatile.Write(ref _state, (int)BreakerState.Open);
    }
}
