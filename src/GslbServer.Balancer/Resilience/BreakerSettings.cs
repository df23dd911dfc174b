namespace GslbServer.Balancer;

/// <summary><c>Balancer:Clusters:NAME:Breaker</c>: when a backend is left alone for a while because most of its answers are errors.</summary>
public sealed record BreakerSettings : ICheckedSettings
{
    /// <summary>Errors among the answers of a window that open it: no connection, a broken or late answer, 502, 503, 504. 0 turns it off.</summary>
    [Between("0", "1")]
    public double ErrorRatio { get; init; } = 0.5;

    /// <summary>Fewer answers in a window say nothing.</summary>
    [Between("1", "1000000")]
    public int Requests { get; init; } = 20;

    [Between("1s", "10m")]
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it is open the first time. Each failed probe doubles it.</summary>
    [Between("10ms", "1h")]
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>It is never open longer.</summary>
    [Between("10ms", "1h")]
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Also watches the cluster as a whole, as its clients see it after retries. Off by default: it turns a failure of half into a failure of all.</summary>
    public bool Cluster { get; init; }

    public IEnumerable<string> Errors(string path) => MaxBackoff < Backoff ? [$"{path}:MaxBackoff: \"{MaxBackoff}\", expected at least Backoff, {Backoff}"] : [];
}
