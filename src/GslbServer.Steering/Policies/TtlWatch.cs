namespace GslbServer.Steering;

/// <summary>Whether the answer of a name may change soon, and the first reason found: then its TTL is <c>ttl-min</c>. Collected while the states of its targets are made.</summary>
internal sealed class TtlWatch(SteeredName name, TimeSpan now)
{
    private readonly TimeSpan _ttl = TimeSpan.FromSeconds(name.Ttl);

    public const string Stable = "stable";

    public string Reason { get; private set; } = Stable;

    public bool IsStable => ReferenceEquals(Reason, Stable);

    /// <summary>The earliest time at which share or TTL would differ though nothing new was observed.</summary>
    public TimeSpan NextChange { get; private set; } = TimeSpan.MaxValue;

    /// <summary>How often a ramp moves.</summary>
    private static readonly TimeSpan RampStep = TimeSpan.FromSeconds(1);

    public void MayChange(string reason)
    {
        if (IsStable)
            Reason = reason;
    }

    /// <summary>A ramp that ends at <paramref name="end"/>.</summary>
    public void Ramps(TimeSpan end, string reason)
    {
        MayChange(reason);
        Wake(end < now + RampStep ? end : now + RampStep);
    }

    /// <summary>A change that was complete at this time: short TTLs for one TTL more, until the last old answer has gone from caches.</summary>
    /// <param name="reason">Continued with how long ago that was.</param>
    public void Changed(TimeSpan at, string reason)
    {
        if (at == TimeSpan.MinValue || now >= at + _ttl)
            return;
        MayChange($"{reason} {Durations.FormatAge(now - at)} ago");
        Wake(at + _ttl);
    }

    /// <summary>Something that will change at this time, and not before.</summary>
    public void Returns(TimeSpan at) => Wake(at);

    private void Wake(TimeSpan at) => NextChange = at < NextChange ? at : NextChange;
}
