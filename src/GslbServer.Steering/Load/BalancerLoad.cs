namespace GslbServer.Steering;

/// <summary>What one regional balancer says of itself, each second: its heartbeat.</summary>
/// <param name="Region">Label of the region it stands in.</param>
/// <param name="Writer">Unique for each process.</param>
/// <param name="Boot">Changes at each start, larger than before (Unix milliseconds of the start).</param>
/// <param name="Sequence">Counts heartbeats since the boot. Readers trust only pairs (Boot, Sequence) that advance.</param>
/// <param name="Serving">It has live backends, enough of them by its own rules, and does not drain.</param>
/// <param name="Leaving">Its last word: the process ends.</param>
/// <param name="Live">Backends that serve, of <paramref name="Total"/>.</param>
/// <param name="InFlight">Requests being answered now.</param>
/// <param name="Rps">Requests per second.</param>
/// <param name="Capacity">Requests per second that it can take; null when it was not told.</param>
/// <param name="Utilisation">The highest of what it knows: rps of capacity, in flight of a limit, processor time of 85 %. 1 is full; null for not known.</param>
/// <param name="Errors">Share of answers with a 5xx status, 0..1.</param>
/// <param name="P50Ms">Median time of an answer; null without answers, as <paramref name="P99Ms"/>.</param>
public sealed record BalancerLoad(string Region, string Writer, long Boot, long Sequence, bool Serving, bool Draining, bool Leaving, int Live, int Total, int InFlight,
    double Rps, double? Capacity, double? Utilisation, double Errors, double? P50Ms, double? P99Ms, string Version)
{
    /// <summary>At most <see cref="BackendLoad.Most"/>; empty from balancers of before they told them.</summary>
    public IReadOnlyList<BackendLoad> Backends { get; init; } = [];
}

/// <summary>A heartbeat with what the reader knows of its age.</summary>
/// <param name="LastAdvanced">When its (Boot, Sequence) last advanced, on the reader's own monotonic clock.</param>
public sealed record BalancerView(BalancerLoad Load, TimeSpan LastAdvanced)
{
    /// <summary>Heartbeats come each second: five may be lost.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(6);

    /// <summary>The last word of one that left counts for so long, that slow checks can notice what it said.</summary>
    public static readonly TimeSpan FarewellFreshness = TimeSpan.FromSeconds(60);

    public bool IsFresh(TimeSpan now) => now - LastAdvanced <= (Load.Leaving ? FarewellFreshness : Freshness);
}
