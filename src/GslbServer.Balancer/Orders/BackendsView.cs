using GslbServer.Steering;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>What <c>GET /api/v1/backends</c> answers and the live page shows: every route, cluster and backend as it is now.</summary>
internal sealed class BackendsView(IProxyStateLookup proxy, TrafficTable traffic, ServingState state, RequestCounters counters, HealthView health, L4Service l4, TimeProvider time)
{
    public BalancerNow Build()
    {
        BalancerOptions options = state.Settings.Options;
        HealthReport report = health.Health();
        return new BalancerNow(options.Name, options.Region, ProgramVersion.Text, report.Status, report.Reasons, state.Draining, counters.InFlight,
            [.. proxy.GetRoutes().OrderBy(route => route.Config.RouteId, StringComparer.Ordinal).Select(Route)],
            [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal).Select(Cluster)],
            [.. from listener in l4.Listeners from pool in listener.InForce.Pools select new ServiceNow(pool.Name, [.. pool.Targets.Select(target => Target(listener, target))])]);
    }

    /// <summary>For the heartbeat.</summary>
    public IReadOnlyList<BackendLoad> Told() => BackendLoad.Told(from cluster in proxy.GetClusters()
                                                                 from destination in cluster.DestinationsState.AllDestinations
                                                                 select new BackendLoad(cluster.ClusterId, destination.DestinationId, StateOf(cluster, destination), destination.ConcurrentRequestCount));

    private bool IsDrained(DestinationState destination) => traffic.Of(destination).IsDrained || Metadata.IsDrained(destination.Model.Config);

    private string StateOf(ClusterState cluster, DestinationState destination) => IsDrained(destination) ? "drained" : destination.Health.Active == DestinationHealth.Unhealthy ? "down"
        : destination.Health.Passive == DestinationHealth.Unhealthy ? "ejected" : ClusterHealth.IsLive(cluster, destination) ? "up" : "unknown";

    private static TargetNow Target(L4Listener listener, L4Target target) => new(target.Name, target.Settings.Address,
        target.Settings.Drain ? "drained" : target.Checked == DestinationHealth.Unhealthy ? "down" : target.IsEjected(listener.Now) ? "ejected" : L4Listener.IsLive(listener.InForce, target, listener.Now) ? "up" : "unknown",
        target.Settings.Weight, target.Active, target.Connections, target.Failures);

    private RouteNow Route(RouteModel route) => new(route.Config.RouteId, route.Config.ClusterId ?? "", traffic.Of(route).IsDrained);

    private ClusterNow Cluster(ClusterState cluster)
    {
        ClusterHealth health = ClusterHealth.Of(cluster);
        return new ClusterNow(cluster.ClusterId, cluster.Model.Config.LoadBalancingPolicy ?? "", health.Live, health.Total, health.Ejected,
            [.. cluster.DestinationsState.AllDestinations.OrderBy(destination => destination.DestinationId, StringComparer.Ordinal).Select(destination => Backend(cluster, destination))]);
    }

    private BackendNow Backend(ClusterState cluster, DestinationState destination)
    {
        Backend backend = traffic.Of(destination);
        (string Class, long Count)[] answers = [.. backend.Counts.Answers.Seen];
        long[] recent = backend.Counts.Recent.Since(backend.Counts.Durations.Counts, time.GetElapsedTime(0));
        return new BackendNow(destination.DestinationId, destination.Model.Config.Address, StateOf(cluster, destination), destination.Health.Active, destination.Health.Passive, IsDrained(destination), backend.Gate.Breaker.State,
            Metadata.Weight(destination.Model.Config), backend.OperatorWeight, destination.ConcurrentRequestCount,
            answers.Sum(answer => answer.Count), answers.Where(answer => answer.Class == "5xx").Sum(answer => answer.Count), 1000 * DurationHistogram.Quantile(recent, 0.5), 1000 * DurationHistogram.Quantile(recent, 0.99));
    }
}

/// <param name="Status">As <see cref="HealthReport"/>.</param>
/// <param name="InFlight">Requests, and connections of upgraded ones.</param>
internal sealed record BalancerNow(string Name, string? Region, string Version, string Status, IReadOnlyList<string> Reasons, bool Draining, int InFlight,
    IReadOnlyList<RouteNow> Routes, IReadOnlyList<ClusterNow> Clusters, IReadOnlyList<ServiceNow> L4);

internal sealed record RouteNow(string Route, string Cluster, bool Drained);

internal sealed record ClusterNow(string Cluster, string Policy, int Live, int Total, int Ejected, IReadOnlyList<BackendNow> Backends);

/// <param name="State"><c>up</c>, <c>down</c> (by its checks), <c>ejected</c> (by its answers), <c>drained</c> (by an operator) or <c>unknown</c> (not checked yet).</param>
/// <param name="Weight">As configured.</param>
/// <param name="Factor">An operator's, on the weight.</param>
/// <param name="Requests">Answered since the start, and <paramref name="Errors"/> of them with a 5xx.</param>
/// <param name="P50Ms">Of the last half to whole minute; null without answers.</param>
internal sealed record BackendNow(string Backend, string Address, string State, DestinationHealth Active, DestinationHealth Passive, bool Drained, BreakerState Breaker, int Weight, double Factor, int InFlight,
    long Requests, long Errors, double? P50Ms, double? P99Ms);

/// <summary>What is passed on below HTTP.</summary>
internal sealed record ServiceNow(string Service, IReadOnlyList<TargetNow> Destinations);

/// <param name="Active">Connections open now; of UDP sessions.</param>
internal sealed record TargetNow(string Destination, string Address, string State, int Weight, int Active, long Connections, long Failures);
