using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>One request on its way through the balancer, and what the steps of the pipeline tell each other about it. One request, one thread at a time.</summary>
internal sealed class Exchange
{
    private Exchange(RouteTraffic route, ClusterTraffic cluster, Settings settings)
    {
        (Route, RouteSettings) = (route, route.SettingsOf(settings));
        (Cluster, ClusterSettings) = (cluster, cluster.SettingsOf(settings));
    }

    public RouteTraffic Route { get; }

    public RouteSettings RouteSettings { get; }

    /// <summary>A canary may have moved the request to another cluster than its route's.</summary>
    public ClusterTraffic Cluster { get; private set; }

    public ClusterSettings ClusterSettings { get; private set; }

    /// <summary>From the step that tries on.</summary>
    public RequestTries? Tries { get; set; }

    /// <summary>The one under way, or the last. Null before a backend was chosen.</summary>
    public Attempt? Attempt { get; set; }

    /// <summary>The backend that the client's sticky cookie names, if that cookie need not be renewed.</summary>
    public DestinationState? StuckTo { get; set; }

    /// <summary>Settings do not change under a request: those in force when it came hold to its end.</summary>
    public static Exchange Begin(HttpContext context, TrafficTable traffic, Settings settings)
    {
        IReverseProxyFeature feature = context.GetReverseProxyFeature();
        var exchange = new Exchange(traffic.Of(feature.Route), traffic.Of(feature.Route.Cluster!), settings);
        context.Features.Set(exchange);
        return exchange;
    }

    public static Exchange Of(HttpContext context) => context.Features.Get<Exchange>() ?? throw new InvalidOperationException("asked outside the proxy's pipeline");

    public void MoveTo(ClusterTraffic cluster, Settings settings) => (Cluster, ClusterSettings) = (cluster, cluster.SettingsOf(settings));
}
