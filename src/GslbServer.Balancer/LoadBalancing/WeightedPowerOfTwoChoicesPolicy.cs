namespace GslbServer.Balancer;

/// <summary>The one of two, drawn by weight, with fewer requests in flight for its weight.</summary>
internal sealed class WeightedPowerOfTwoChoicesPolicy(TrafficTable traffic, Chance chance, TimeProvider time) : PoolPolicy(traffic, time)
{
    public override string Name => PolicyNames.WeightedPowerOfTwoChoices;

    protected override int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings) =>
        TwoChoices.Pick(pool.Shares, chance.Here, new TwoChoices.InFlight(pool));
}
