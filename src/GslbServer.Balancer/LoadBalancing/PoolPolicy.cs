using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>YARP's shell around everything that chooses from a <see cref="Pool"/>. YARP asks only where there are two or more.</summary>
internal abstract class PoolPolicy(TrafficTable traffic, TimeProvider time) : ILoadBalancingPolicy
{
    public abstract string Name { get; }

    protected TimeProvider Time => time;

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        if (availableDestinations.Count == 0) return null;
        Exchange? exchange = context.Features.Get<Exchange>();
        // What the request has at hand need not be looked up.
        bool isAtHand = ReferenceEquals(exchange?.Cluster.Cluster, cluster);
        ClusterTraffic known = isAtHand ? exchange!.Cluster : traffic.Of(cluster);
        ClusterSettings settings = isAtHand ? exchange!.ClusterSettings : traffic.SettingsOf(cluster);
        Pool pool = known.Pools.Of(availableDestinations, settings.SlowStart, time);
        return pool.Destinations[Pick(context, pool, known, settings.LoadBalancing)];
    }

    /// <returns>A member's place.</returns>
    protected abstract int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings);
}
