using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>YARP's shell around <see cref="SmoothWeights"/>; weights come from the destinations' metadata.</summary>
internal sealed class WeightedRoundRobinPolicy : ILoadBalancingPolicy
{
    public const string PolicyName = "WeightedRoundRobin";

    private const int StackEntries = 64;

    private readonly ConditionalWeakTable<ClusterState, Lock> _locks = [];
    // Kept by destination and not by position, so that a destination that leaves and returns does not shift the others' turns.
    private readonly ConditionalWeakTable<DestinationState, StrongBox<long>> _credits = [];

    public string Name => PolicyName;

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        int count = availableDestinations.Count;
        if (count == 0) return null;
        Span<int> weights = count <= StackEntries ? stackalloc int[count] : new int[count];
        Span<long> credit = count <= StackEntries ? stackalloc long[count] : new long[count];
        for (int i = 0; i < count; i++) weights[i] = Metadata.Weight(availableDestinations[i].Model.Config);

        lock (_locks.GetOrCreateValue(cluster))
        {
            for (int i = 0; i < count; i++) credit[i] = _credits.GetOrCreateValue(availableDestinations[i]).Value;
            int taken = SmoothWeights.Take(weights, credit);
            for (int i = 0; i < count; i++) _credits.GetOrCreateValue(availableDestinations[i]).Value = credit[i];
            return availableDestinations[taken];
        }
    }
}
