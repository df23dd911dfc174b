namespace GslbServer.Steering;

public enum Verdict : byte
{
    /// <summary>Not yet judged; counts as up.</summary>
    Unknown,
    Up,
    Down,
}

/// <summary>What one vantage sees of one monitor.</summary>
/// <param name="Monitor"><see cref="Monitor.Key"/>.</param>
/// <param name="Verdict">By this vantage's own rise and fall.</param>
/// <param name="Streak">Equal results in a row up to now: +n successes, -n failures.</param>
/// <param name="RttMilliseconds">Of the last success; 0 when there was none.</param>
/// <param name="Detail">Why the last probe failed, or how it succeeded; for people: <c>connection refused</c>, <c>HTTP 503, expected 200</c>.</param>
public sealed record Observation(string Monitor, Verdict Verdict, int Streak, double RttMilliseconds, string Detail);

/// <summary>Everything one node says of itself and of what it sees, written whole each second.</summary>
/// <param name="Boot">Changes at each start, larger than before (Unix seconds of the start).</param>
/// <param name="Sequence">Counts reports since the boot. Readers trust only pairs (Boot, Sequence) that advance.</param>
/// <param name="IsProber">True for every node that probes.</param>
/// <param name="Leaving">The node is stopping properly and counts no longer.</param>
/// <param name="AppliedRevision">Highest override revision in force on the node.</param>
/// <param name="TopologyHash">What it steers by, for people to compare.</param>
public sealed record VantageReport(string Node, string? Region, long Boot, long Sequence, bool IsProber, bool Leaving, string AppliedRevision, string TopologyHash,
    string ZoneHash, string GeoHash, IReadOnlyList<Observation> Observations)
{
    /// <summary>Of the latency map that it steers by; null for none.</summary>
    public string? LatencyHash { get; init; }

    /// <summary>What it takes the prices of regions to be (<see cref="PriceVoter"/>); of those that it hears alone.</summary>
    public IReadOnlyList<PriceVote> Prices { get; init; } = [];

    /// <summary>What it saw of drills under way or just over.</summary>
    public IReadOnlyList<DrillNotes> Drills { get; init; } = [];

    /// <summary>Its wall clock, when it last told it anew; null where it does not say.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>How late its probes lately were. It abstains from the verdict on monitors that are probed more often than this.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>It only probes and serves no DNS.</summary>
    public bool IsWitness { get; init; }
}

/// <summary>A vantage's report with what the reader knows of its age.</summary>
/// <param name="LastAdvanced">When its (Boot, Sequence) last advanced, on the reader's own monotonic clock.</param>
public sealed record VantageView(VantageReport Report, TimeSpan LastAdvanced, bool IsSelf)
{
    /// <summary>Its wall clock less the reader's when it was last heard of it, a second more or less for the way of the message; null for unknown.</summary>
    public TimeSpan? ClockSkew { get; init; }
}
