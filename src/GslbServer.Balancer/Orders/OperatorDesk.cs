using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Carries out what an operator asks of this one balancer: drain a backend, a route or everything, and weigh backends. In force until taken back or until the process ends; reloads keep it.</summary>
internal sealed class OperatorDesk(IProxyStateLookup proxy, TrafficTable traffic, ServingState state, IClusterDestinationsUpdater available, ILogger<OperatorDesk> logger)
{
    private readonly Lock _gate = new();

    /// <returns>False if there is no such backend.</returns>
    public bool Drain(string cluster, string backend, bool drained)
    {
        lock (_gate)
        {
            if (Find(cluster, backend) is not var (found, of)) return false;
            if (traffic.Of(found).IsDrained != drained) Log.Ordered(logger, $"{of.ClusterId}/{found.DestinationId}", drained ? "drained" : "back");
            traffic.Of(found).IsDrained = drained;
            available.UpdateAvailableDestinations(of);
            return true;
        }
    }

    /// <param name="factor">On the configured weight; 1 is as configured.</param>
    /// <returns>False if there is no such backend.</returns>
    public bool Weigh(string cluster, string backend, double factor)
    {
        lock (_gate)
        {
            if (Find(cluster, backend) is not var (found, of)) return false;
            Log.Ordered(logger, $"{of.ClusterId}/{found.DestinationId}", $"weighs {factor} x its weight");
            traffic.Of(found).OperatorWeight = factor;
            available.UpdateAvailableDestinations(of);
            return true;
        }
    }

    /// <returns>False if there is no such route.</returns>
    public bool DrainRoute(string route, bool drained)
    {
        if (!proxy.TryGetRoute(route, out RouteModel? found)) return false;
        Log.Ordered(logger, $"route {found.Config.RouteId}", drained ? "drained" : "back");
        traffic.Of(found).IsDrained = drained;
        return true;
    }

    /// <summary>Health fails and connections close after their answers, as at SIGTERM, but the balancer goes on.</summary>
    public void DrainAll(bool drained)
    {
        Log.Ordered(logger, "the balancer", drained ? "drained" : "back");
        state.OrderedToDrain = drained;
    }

    private (DestinationState, ClusterState)? Find(string cluster, string backend) =>
        proxy.TryGetCluster(cluster, out ClusterState? of) && of.Destinations.TryGetValue(backend, out DestinationState? found) ? (found, of) : null;
}
