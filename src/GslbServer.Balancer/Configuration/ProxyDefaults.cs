using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>What a cluster or route gets where its configuration is silent. YARP's own defaults hold for everything else.</summary>
internal static class ProxyDefaults
{
    private static readonly TimeSpan ActiveInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ActiveTimeout = TimeSpan.FromSeconds(1);

    public static ClusterConfig Apply(ClusterConfig cluster, ClusterSettings settings) => cluster with
    {
        LoadBalancingPolicy = cluster.LoadBalancingPolicy ?? PolicyNames.Default(cluster, settings.LoadBalancing),
        HealthCheck = Apply(cluster.HealthCheck ?? new HealthCheckConfig(), settings),
    };

    /// <summary>Keeps the client's Host, unless the route or a destination of its cluster says what Host to send.</summary>
    public static RouteConfig Apply(RouteConfig route, IReadOnlyList<ClusterConfig> clusters, bool preserveHost)
    {
        ClusterConfig? cluster = clusters.FirstOrDefault(cluster => cluster.ClusterId.Equals(route.ClusterId, StringComparison.OrdinalIgnoreCase));
        bool saysItself = (route.Transforms?.Any(SetsHost) ?? false)
            || (cluster?.Destinations?.Values.Any(destination => !string.IsNullOrEmpty(destination.Host)) ?? false);
        return !preserveHost || saysItself
            ? route
            : route with { Transforms = [.. route.Transforms ?? [], new Dictionary<string, string> { ["RequestHeaderOriginalHost"] = "true" }] };
    }

    private static HealthCheckConfig Apply(HealthCheckConfig health, ClusterSettings settings) => health with
    {
        AvailableDestinationsPolicy = health.AvailableDestinationsPolicy ?? AvailableDestinations.PolicyName,
        Active = (health.Active ?? (settings.Check is null ? null : new ActiveHealthCheckConfig())) is { } active
            ? active with
            {
                Enabled = active.Enabled ?? settings.Check is not null,
                Policy = active.Policy ?? RiseFallPolicy.PolicyName,
                Interval = active.Interval ?? ActiveInterval,
                Timeout = active.Timeout ?? ActiveTimeout,
            }
            : null,
        Passive = Apply(health.Passive ?? new PassiveHealthCheckConfig()),
    };

    private static PassiveHealthCheckConfig Apply(PassiveHealthCheckConfig passive) => passive with
    {
        Enabled = passive.Enabled ?? true,
        Policy = passive.Policy ?? EjectionPolicy.PolicyName,
        ReactivationPeriod = passive.ReactivationPeriod ?? Ejection.DefaultBase,
    };

    private static bool SetsHost(IReadOnlyDictionary<string, string> transform) =>
        transform.ContainsKey("RequestHeaderOriginalHost")
        || (transform.TryGetValue("RequestHeader", out string? header) && header.Equals("Host", StringComparison.OrdinalIgnoreCase));
}
