using System.Net;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>One request on its way through the balancer, and what the steps of the pipeline tell each other about it. One request, one thread at a time.</summary>
internal sealed class Exchange
{
    private readonly HttpContext _context;
    private IPAddress? _clientAddress;

    private Exchange(HttpContext context, RouteTraffic route, ClusterTraffic cluster, Settings settings)
    {
        (_context, Settings) = (context, settings);
        (Route, RouteSettings) = (route, route.SettingsOf(settings));
        (Cluster, ClusterSettings) = (cluster, cluster.SettingsOf(settings));
    }

    /// <summary>In force when the request came; they hold to its end.</summary>
    public Settings Settings { get; }

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

    /// <summary>Why it was turned away before it reached a backend.</summary>
    public Refusal Refusal { get; private set; }

    /// <summary>Tries at a backend so far.</summary>
    public int Attempts { get; set; }

    /// <summary>32 hexadecimal digits; null where it has none, and where a span of our own knows it.</summary>
    public string? TraceId { get; set; }

    /// <summary>Who asks, for all that go by it: see <see cref="Balancer.ClientAddress"/>. Never an IPv4 address in IPv6's clothes.</summary>
    public IPAddress ClientAddress => _clientAddress ??= Balancer.ClientAddress.Of(Peer, IsFromTrustedProxy ? _context.Request.Headers[Balancer.ClientAddress.ForwardedFor] : default,
        AddressSet.Of(Settings.Options.TrustedProxies));

    /// <summary>What the peer says of the client may be believed.</summary>
    public bool IsFromTrustedProxy => Settings.Options.TrustedProxies.Count > 0 && AddressSet.Of(Settings.Options.TrustedProxies).Contains(Peer);

    /// <summary>Who is at a socket without addresses is on this machine.</summary>
    private IPAddress Peer => _context.Connection.RemoteIpAddress ?? IPAddress.Loopback;

    /// <summary>Settings do not change under a request: those in force when it came hold to its end.</summary>
    public static Exchange Begin(HttpContext context, TrafficTable traffic, Settings settings)
    {
        IReverseProxyFeature feature = context.GetReverseProxyFeature();
        var exchange = new Exchange(context, traffic.Of(feature.Route), traffic.Of(feature.Route.Cluster!), settings);
        context.Features.Set(exchange);
        return exchange;
    }

    public static Exchange Of(HttpContext context) => context.Features.Get<Exchange>() ?? throw new InvalidOperationException("asked outside the proxy's pipeline");

    public void MoveTo(ClusterTraffic cluster, Settings settings) => (Cluster, ClusterSettings) = (cluster, cluster.SettingsOf(settings));

    public void Refuse(Refusal why)
    {
        Refusal = why;
        Route.Refusals.Add((int)why, 1);
    }
}
