using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>A route as it is for the requests that a canary takes: all its own, but the cluster. Several of YARP's steps ask the route, and not the request, for its cluster.</summary>
internal sealed class CanaryRoute
{
    private volatile Made? _last;

    public RouteModel Of(RouteModel stable, ClusterState cluster)
    {
        Made? last = _last;
        if (last is not null && ReferenceEquals(last.Of, stable) && ReferenceEquals(last.Route.Cluster, cluster)) return last.Route;
        var route = new RouteModel(stable.Config, cluster, stable.Transformer);
        _last = new Made(stable, route);
        return route;
    }

    private sealed record Made(RouteModel Of, RouteModel Route);
}
