namespace GslbServer.Balancer;

/// <summary>Each its share, by chance.</summary>
internal sealed class WeightedRandomPolicy(TrafficTable traffic, Chance chance, TimeProvider time) : PoolPolicy(traffic, time)
{
    public override string Name => PolicyNames.WeightedRandom;

    protected override int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings) => pool.Shares.Draw(chance.Here);
}
