using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The step of the pipeline that moves some requests to their route's canary, before anything is counted against a cluster.</summary>
internal sealed class CanaryStep(IProxyStateLookup proxy, TrafficTable traffic, ServingState state, Chance chance)
{
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        Exchange exchange = Exchange.Of(context);
        if (exchange.RouteSettings.Canary is { } canary && CanaryRule.Takes(context, canary, chance.Here)) Move(context, exchange, canary);
        return next(context);
    }

    private void Move(HttpContext context, Exchange exchange, CanarySettings canary)
    {
        if (!proxy.TryGetCluster(canary.Cluster, out ClusterState? cluster) || !HasLiveBackend(cluster)) return;
        RouteModel stable = context.GetReverseProxyFeature().Route;
        context.ReassignProxyRequest(exchange.Route.Canary.Of(stable, cluster), cluster);
        exchange.MoveTo(traffic.Of(cluster), state.Settings);
    }

    private static bool HasLiveBackend(ClusterState cluster)
    {
        foreach (DestinationState destination in cluster.DestinationsState.AvailableDestinations)
        {
            if (ClusterHealth.IsLive(cluster, destination)) return true;
        }

        return false;
    }
}
