using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.LoadBalancing;

namespace GslbServer.Balancer;

/// <summary>The words for <c>LoadBalancingPolicy</c>: YARP's and those added here.</summary>
internal static class PolicyNames
{
    public const string WeightedRoundRobin = "WeightedRoundRobin", WeightedRandom = "WeightedRandom", WeightedLeastRequests = "WeightedLeastRequests",
        WeightedPowerOfTwoChoices = "WeightedPowerOfTwoChoices", PeakEwma = "PeakEwma", IpHash = "IpHash", RingHash = "RingHash", Maglev = "Maglev", Prequal = "Prequal";

    /// <summary>Above so many destinations Maglev's quicker search is worth that more keys move.</summary>
    private const int ManyDestinations = 64;

    /// <summary>YARP's own, which know no weights.</summary>
    public static readonly IReadOnlyList<string> Unweighted = [LoadBalancingPolicies.PowerOfTwoChoices, LoadBalancingPolicies.FirstAlphabetical, LoadBalancingPolicies.Random,
        LoadBalancingPolicies.RoundRobin, LoadBalancingPolicies.LeastRequests];

    public static readonly IReadOnlyList<string> Weighted = [WeightedRoundRobin, WeightedRandom, WeightedLeastRequests, WeightedPowerOfTwoChoices, PeakEwma, IpHash, RingHash, Maglev, Prequal];

    public static readonly IReadOnlyList<string> All = [.. Weighted, .. Unweighted];

    /// <summary>Those that go by <c>HashOn</c>.</summary>
    public static readonly IReadOnlyList<string> Keyed = [RingHash, Maglev];

    public static bool IsOneOf(string? name, IReadOnlyList<string> names) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Of a cluster that does not say: a key asks for a hash, weights for their shares, and all else is best served by who answers soonest.</summary>
    public static string Default(ClusterConfig cluster, LoadBalancingSettings settings)
    {
        if (settings.HashOn.Count > 0) return cluster.Destinations?.Count > ManyDestinations ? Maglev : RingHash;
        return Metadata.HasWeights(cluster) ? WeightedRoundRobin : PeakEwma;
    }
}
