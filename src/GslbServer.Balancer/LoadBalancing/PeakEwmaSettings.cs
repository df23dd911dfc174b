namespace GslbServer.Balancer;

/// <summary><c>LoadBalancing:PeakEwma</c>.</summary>
public sealed record PeakEwmaSettings
{
    /// <summary>How fast a latency is forgotten: after this time it counts for 1/e. Default 10 s, Finagle's and linkerd's; shorter tries a slow backend again sooner.</summary>
    [Between("100ms", "10m")]
    public TimeSpan Decay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A gateway error counts as an answer that took at least so long. Default 1 s.</summary>
    [Between("0", "1m")]
    public TimeSpan ErrorPenalty { get; init; } = TimeSpan.FromSeconds(1);
}
