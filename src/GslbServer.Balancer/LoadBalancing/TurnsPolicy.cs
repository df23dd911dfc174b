namespace GslbServer.Balancer;

/// <summary>Backends take turns by <see cref="SmoothWeights"/>.</summary>
internal abstract class TurnsPolicy(TrafficTable traffic, TimeProvider time) : PoolPolicy(traffic, time)
{
    private const int StackEntries = 64;

    protected override int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings)
    {
        int count = pool.Members.Length;
        Span<double> weights = count <= StackEntries ? stackalloc double[count] : new double[count];
        Span<double> credit = count <= StackEntries ? stackalloc double[count] : new double[count];
        Weigh(pool, settings, weights);

        lock (cluster.Pools.Turns)
        {
            // Kept by backend and not by place, so that one that leaves and returns does not shift the others' turns.
            for (int i = 0; i < count; i++) credit[i] = pool.Members[i].Credit;
            int taken = SmoothWeights.Take(weights, credit);
            for (int i = 0; i < count; i++) pool.Members[i].Credit = credit[i];
            return taken;
        }
    }

    protected abstract void Weigh(Pool pool, LoadBalancingSettings settings, Span<double> weights);
}
