namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:SlowStart</c>: how a backend that has just come gets its share. In force for the weighted policies.</summary>
public sealed record SlowStartSettings
{
    /// <summary>How long it takes to the whole share. 0: at once. Default 60 s.</summary>
    [Between("0", "1h")]
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Least part of the share, from the first moment. Default 0.1.</summary>
    [Between("0.01", "1")]
    public double Floor { get; init; } = 0.1;

    /// <summary>1, the default, is a straight line; above, the share grows fast at first; below, late.</summary>
    [Between("0.1", "10")]
    public double Aggression { get; init; } = 1;
}
