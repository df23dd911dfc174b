namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:Outliers</c>: when requests themselves show that a backend does not serve, it is ejected for a while. Needs YARP's <c>HealthCheck:Passive:Enabled</c>, which is on by default here.</summary>
/// <remarks>Envoy's outlier detection, with its defaults.</remarks>
public sealed record OutlierSettings
{
    /// <summary>Gateway errors in a row that eject: no connection, a broken or late answer, 502, 503, 504. 0: they never do; not said: the cluster's metadata <c>EjectAfter</c>, else 5.</summary>
    [Between("0", "10000")]
    public int? GatewayErrors { get; init; }

    /// <summary>How long the first ejection lasts; the second in a row twice as long, and so on. Not said: YARP's <c>ReactivationPeriod</c>, else 30 s.</summary>
    [Between("10ms", "24h")]
    public TimeSpan? BaseEjection { get; init; }

    /// <summary>No ejection lasts longer.</summary>
    [Between("10ms", "24h")]
    public TimeSpan MaxEjection { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Share of the cluster that may be ejected at a time; one always may, the last one that serves never.</summary>
    [Between("0", "1")]
    public double MaxEjected { get; init; } = 0.1;

    /// <summary>A good active check ends an ejection at once. False: an ejection lasts its time, for backends whose check knows less than their requests.</summary>
    public bool CheckReturns { get; init; } = true;

    public SuccessRateSettings SuccessRate { get; init; } = new();
}

/// <summary><c>Outliers:SuccessRate</c>: ejects backends that answer well less often than the others do.</summary>
public sealed record SuccessRateSettings
{
    /// <summary>Fewer backends with enough requests cannot be compared.</summary>
    [Between("2", "10000")]
    public int Hosts { get; init; } = 5;

    /// <summary>Requests in an interval that make a backend comparable.</summary>
    [Between("1", "1000000")]
    public int Requests { get; init; } = 100;

    /// <summary>Standard deviations below the mean of the cluster that eject. 0 turns it off.</summary>
    [Between("0", "10")]
    public double Deviations { get; init; } = 1.9;

    /// <summary>How often they are compared. Also, each such time that a backend serves takes one ejection off its count.</summary>
    [Between("100ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
}
