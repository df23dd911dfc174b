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
        ClusterTraffic known = traffic.Of(cluster);
        ClusterSettings settings = context.Features.Get<Exchange>()?.ClusterSettings ?? traffic.SettingsOf(cluster);
        Pool pool = known.Pools.Of(availableDestinations, settings.SlowStart, time);
        return pool.Destinations[Pick(context, pool, known, settings.LoadBalancing)];
    }

    /// <returns>A member's place.</returns>
    protected abstract int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings);
}
