using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>One checked configuration: what is in force is always one of these as a whole.</summary>
public sealed record Settings(BalancerOptions Options, IReadOnlyList<RouteConfig> Routes, IReadOnlyList<ClusterConfig> Clusters)
{
    /// <summary>All defaults, nothing to proxy.</summary>
    internal static Settings Empty { get; } = new(new BalancerOptions(), [], []);
}
