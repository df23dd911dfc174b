using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>What this balancer knows beyond YARP, found by YARP's own state. Reads take no lock.</summary>
internal sealed class TrafficTable(ServingState state)
{
    private readonly ConditionalWeakTable<DestinationState, Backend> _backends = [];
    private readonly ConditionalWeakTable<ClusterState, ClusterTraffic> _clusters = [];
    private readonly ConcurrentDictionary<string, RouteTraffic> _routes = new(StringComparer.OrdinalIgnoreCase);

    public Backend Of(DestinationState destination) => _backends.GetValue(destination, static destination => new Backend(destination));

    public ClusterTraffic Of(ClusterState cluster) =>
        _clusters.TryGetValue(cluster, out ClusterTraffic? known) ? known : _clusters.GetValue(cluster, cluster => new ClusterTraffic(cluster, this));

    public RouteTraffic Of(RouteModel route) => _routes.GetOrAdd(route.Config.RouteId, static id => new RouteTraffic(id));

    public ClusterSettings SettingsOf(ClusterState cluster) => Of(cluster).SettingsOf(state.Settings);

    public RouteSettings SettingsOf(RouteModel route) => Of(route).SettingsOf(state.Settings);
}
