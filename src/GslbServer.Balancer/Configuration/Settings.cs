using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>One checked configuration: what is in force is always one of these as a whole.</summary>
public sealed record Settings(BalancerOptions Options, IReadOnlyList<RouteConfig> Routes, IReadOnlyList<ClusterConfig> Clusters)
{
    /// <summary>All defaults, nothing to proxy.</summary>
    internal static Settings Empty { get; } = new(new BalancerOptions(), [], []);

    /// <summary>Whether any route asks for a part of ASP.NET Core, so that requests need not pass what nobody uses.</summary>
    internal bool UsesTimeouts { get; } = Routes.Any(route => route.Timeout is not null || !string.IsNullOrEmpty(route.TimeoutPolicy));

    internal bool UsesCors { get; } = Routes.Any(route => !string.IsNullOrEmpty(route.CorsPolicy));

    internal bool UsesAuthorization { get; } = Routes.Any(route => !string.IsNullOrEmpty(route.AuthorizationPolicy));
}
