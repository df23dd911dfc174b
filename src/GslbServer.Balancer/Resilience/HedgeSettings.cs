namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:Hedge</c>: a second backend is asked when the first one is slow, and the first answer wins. Requests without a body and of idempotent methods only, within the retry budget.</summary>
public sealed record HedgeSettings
{
    /// <summary>How long the first backend may take to the head of its answer. A little above the p95 of the cluster hedges one request in twenty. 0 turns hedging off.</summary>
    [Between("0", "1m")]
    public TimeSpan After { get; init; }
}
