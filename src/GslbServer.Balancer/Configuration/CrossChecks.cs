using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>What must agree across the configuration, and what YARP leaves to the first request.</summary>
internal static class CrossChecks
{
    public static IEnumerable<string> Errors(Settings settings)
    {
        string[] names = [.. settings.Clusters.Select(cluster => cluster.ClusterId)], routes = [.. settings.Routes.Select(route => route.RouteId)];
        return
        [
            .. settings.Options.Beacon.Enabled && (settings.Options.Redis.Count == 0 || settings.Options.Region is null)
                ? ["Balancer:Beacon: needs --redis and --region, which say where round trips go and whose they are"] : Array.Empty<string>(),
            .. L4Errors(settings.Options),
            .. settings.Options.ReadyClusters.Where(name => !IsKnown(name, [.. names, .. L4Pools(settings.Options)]))
                .Select(name => $"Balancer:ReadyClusters: no cluster \"{name}\"{NearestWord.Suggest(name, names)}"),
            .. settings.Options.Clusters.Keys.Where(name => !IsKnown(name, names)).Select(name => $"Balancer:Clusters:{name}: no cluster \"{name}\"{NearestWord.Suggest(name, names)}"),
            .. settings.Options.Routes.Keys.Where(name => !IsKnown(name, routes)).Select(name => $"Balancer:Routes:{name}: no route \"{name}\"{NearestWord.Suggest(name, routes)}"),
            .. settings.Routes.Where(route => route.ClusterId is { } name && !IsKnown(name, names))
                .Select(route => $"ReverseProxy:Routes:{route.RouteId}:ClusterId: no cluster \"{route.ClusterId}\"{NearestWord.Suggest(route.ClusterId ?? "", names)}"),
            .. settings.Routes.Where(route => route.ClusterId is null)
                .Select(route => $"ReverseProxy:Routes:{route.RouteId}:ClusterId: missing, expected the name of a cluster"),
            .. EdgeErrors(settings),
            .. settings.Clusters.SelectMany(Metadata.Errors),
            .. settings.Clusters.SelectMany(AddressErrors),
            .. settings.Clusters.SelectMany(cluster => LoadBalancingChecks.Errors(cluster, settings.Options.Clusters.GetValueOrDefault(cluster.ClusterId, ClusterSettings.Default))),
            .. settings.Routes.SelectMany(route => CanaryChecks.Errors(route, settings)),
        ];
    }

    private static IEnumerable<string> EdgeErrors(Settings settings)
    {
        BalancerOptions options = settings.Options;
        bool hasJoined = options.Redis.Count > 0 && options.Region is not null;
        IEnumerable<(string Path, EdgeSettings Edge)> edges = options.Routes.Where(route => route.Value.Edge is not null)
            .Select(route => ($"Balancer:Routes:{route.Key}:Edge", route.Value.Edge!)).Prepend(("Balancer:Edge", options.Edge));
        foreach ((string path, EdgeSettings edge) in edges)
        {
            if (!hasJoined && (edge.RateLimits ?? []).Any(limit => limit.Scope == RateLimitScope.Region)) yield return $"{path}:RateLimits: scope Region needs --redis and --region, over which balancers count together";
            if (edge.Waf is true && options.Waf is null) yield return $"{path}:Waf: there is none, expected Balancer:Waf:Url";
        }

        // Its policies are code of a hosting program, and there is none here.
        foreach (RouteConfig route in settings.Routes.Where(route => !string.IsNullOrEmpty(route.RateLimiterPolicy)))
            yield return $"ReverseProxy:Routes:{route.RouteId}:RateLimiterPolicy: no policy \"{route.RateLimiterPolicy}\", expected limits in Balancer:Routes:{route.RouteId}:Edge:RateLimits";
    }

    /// <summary>Two must not listen at one place.</summary>
    private static IEnumerable<string> L4Errors(BalancerOptions options) =>
        from place in options.L4.SelectMany(entry => entry.Value.Listen.Select(endPoint => (entry.Key, entry.Value.Protocol, EndPoint: endPoint)))
        group place.Key by (place.Protocol, place.EndPoint) into places
        where places.Count() > 1
        select $"Balancer:L4:{places.Last()}:Listen: \"{places.Key.EndPoint}\" is {places.First()}'s too";

    private static IEnumerable<string> L4Pools(BalancerOptions options) =>
        options.L4.SelectMany(entry => new[] { $"L4:{entry.Key}" }.Concat(entry.Value.Sni.Keys.Select(sni => $"L4:{entry.Key}:{sni}")));

    private static IEnumerable<string> AddressErrors(ClusterConfig cluster) =>
        from destination in cluster.Destinations ?? new Dictionary<string, DestinationConfig>()
        from setting in new[] { (nameof(DestinationConfig.Address), destination.Value.Address), (nameof(DestinationConfig.Health), destination.Value.Health) }
        // A missing Address is told by YARP, a missing Health is the Address.
        where !string.IsNullOrEmpty(setting.Item2) && !IsHttp(setting.Item2)
        select $"ReverseProxy:Clusters:{cluster.ClusterId}:Destinations:{destination.Key}:{setting.Item1}: \"{setting.Item2}\", expected http://HOST[:PORT][/PATH] or https://...";

    private static bool IsHttp(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;

    private static bool IsKnown(string name, string[] names) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
