namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME</c>: what YARP's cluster of that name lacks. Each group stands in the room that uses it.</summary>
public sealed record ClusterSettings
{
    /// <summary>Of a cluster that says nothing.</summary>
    public static ClusterSettings Default { get; } = new();

    /// <summary>Null: what YARP's settings say, by HTTP.</summary>
    public CheckSettings? Check { get; init; }

    public OutlierSettings Outliers { get; init; } = new();

    /// <summary>Share of a pool of six or more that must be available; with less, all of it gets traffic. 0: never.</summary>
    [Between("0", "1")]
    public double Panic { get; init; } = 0.5;

    public RetrySettings Retry { get; init; } = new();

    public TimeoutSettings Timeouts { get; init; } = new();

    public BreakerSettings Breaker { get; init; } = new();

    public LimitSettings Limits { get; init; } = new();

    /// <summary>Null: no hedging.</summary>
    public HedgeSettings? Hedge { get; init; }

    public LoadBalancingSettings LoadBalancing { get; init; } = new();

    public SlowStartSettings SlowStart { get; init; } = new();

    /// <summary>Null: TLS to <c>https://</c> destinations as YARP speaks it.</summary>
    public BackendTlsSettings? BackendTls { get; init; }
}
