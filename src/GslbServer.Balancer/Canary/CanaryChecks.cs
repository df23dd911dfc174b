using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>Whether a route's canary fits the clusters.</summary>
internal static class CanaryChecks
{
    public static IEnumerable<string> Errors(RouteConfig route, Settings settings)
    {
        if (settings.Options.Routes.GetValueOrDefault(route.RouteId)?.Canary is not { Cluster.Length: > 0 } canary) yield break;
        string path = $"Balancer:Routes:{route.RouteId}:Canary:Cluster";
        string[] names = [.. settings.Clusters.Select(cluster => cluster.ClusterId)];
        ClusterConfig? own = Find(route.ClusterId, settings), next = Find(canary.Cluster, settings);
        if (next is null) yield return $"{path}: no cluster \"{canary.Cluster}\"{NearestWord.Suggest(canary.Cluster, names)}";
        else if (next == own) yield return $"{path}: \"{canary.Cluster}\" is the route's own, expected another";
        // YARP writes the affinity's answer only on routes whose own cluster has one, and a cookie of the one says nothing to the other.
        else if (next.SessionAffinity?.Enabled == true && own?.SessionAffinity?.Enabled != true)
            yield return $"{path}: \"{canary.Cluster}\" has session affinity and the route's own cluster has none, expected both or neither";
        else if (next.SessionAffinity?.Enabled == true && next.SessionAffinity.AffinityKeyName == own?.SessionAffinity?.AffinityKeyName)
            yield return $"{path}: \"{canary.Cluster}\" and the route's own cluster have the same AffinityKeyName \"{next.SessionAffinity.AffinityKeyName}\", expected two names";
    }

    private static ClusterConfig? Find(string? name, Settings settings) => settings.Clusters.FirstOrDefault(cluster => cluster.ClusterId.Equals(name, StringComparison.OrdinalIgnoreCase));
}
