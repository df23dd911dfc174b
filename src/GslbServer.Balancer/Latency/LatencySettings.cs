namespace GslbServer.Balancer;

/// <summary><c>Balancer:Latency</c>: how round trips of clients are measured and told. Takes effect at the next start.</summary>
public sealed record LatencySettings
{
    /// <summary>In force where the balancer has joined the global layer (<c>--redis</c> and <c>--region</c>).</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Counts clients of private and loopback networks, which say nothing of a place: for tests, and for networks whose places the geo database knows.</summary>
    public bool IncludePrivate { get; init; }

    /// <summary>What is measured is told at the end of each epoch. All balancers and nodes of a cluster have the same; whole seconds.</summary>
    public TimeSpan Epoch { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Ports of listeners that stand behind another proxy (a layer 4 balancer, a CDN, anything that speaks PROXY protocol): what the kernel sees there is the way to that proxy.</summary>
    public IReadOnlyList<int> NotOnPorts { get; init; } = [];
}
