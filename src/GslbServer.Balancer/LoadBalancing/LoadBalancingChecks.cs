using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>Whether a cluster's policy, its weights and its settings fit each other.</summary>
internal static class LoadBalancingChecks
{
    /// <summary>Fewer than this gain nothing by Prequal over two choices, and its quantile has nothing to tell apart.</summary>
    private const int FewestForPrequal = 3;

    public static IEnumerable<string> Errors(ClusterConfig cluster, ClusterSettings settings)
    {
        string path = $"ReverseProxy:Clusters:{cluster.ClusterId}", own = $"Balancer:Clusters:{cluster.ClusterId}";
        string policy = cluster.LoadBalancingPolicy ?? "";
        LoadBalancingSettings by = settings.LoadBalancing;
        if (!PolicyNames.IsOneOf(policy, PolicyNames.All))
        {
            yield return $"{path}:LoadBalancingPolicy: no policy \"{policy}\"{NearestWord.Suggest(policy, PolicyNames.All)}";
            yield break;
        }

        if (Metadata.HasWeights(cluster) && PolicyNames.IsOneOf(policy, PolicyNames.Unweighted))
            yield return $"{path}: weights have no meaning to {policy}, expected {PolicyNames.WeightedRoundRobin} or another of {string.Join(", ", PolicyNames.Weighted)}";
        if (by.HashOn.Count > 0 && !PolicyNames.IsOneOf(policy, PolicyNames.Keyed))
            yield return $"{own}:LoadBalancing:HashOn: has no meaning to {policy}, expected LoadBalancingPolicy {string.Join(" or ", PolicyNames.Keyed)}";
        if (PolicyNames.IsOneOf(policy, [PolicyNames.Maglev]) && cluster.Destinations?.Count > MaglevTable.Size / 100)
            yield return $"{path}:LoadBalancingPolicy: Maglev's table of {MaglevTable.Size} is too small for {cluster.Destinations.Count} destinations, expected at most {MaglevTable.Size / 100}, or RingHash";
        if (PolicyNames.IsOneOf(policy, [PolicyNames.Prequal]) && cluster.Destinations?.Count < FewestForPrequal)
            yield return $"{path}:LoadBalancingPolicy: Prequal with {cluster.Destinations.Count} destinations, expected {FewestForPrequal} or more (it is made for 20 and more), or PeakEwma";
        if (by.Prequal.ProbePath.Length > 0 && !PolicyNames.IsOneOf(policy, [PolicyNames.Prequal]))
            yield return $"{own}:LoadBalancing:Prequal:ProbePath: nobody asks it with {policy}, expected LoadBalancingPolicy Prequal";
    }
}
