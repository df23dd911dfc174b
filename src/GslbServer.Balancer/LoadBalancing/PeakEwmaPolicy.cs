namespace GslbServer.Balancer;

/// <summary>The one of two, drawn by weight, that will answer sooner.</summary>
internal sealed class PeakEwmaPolicy(TrafficTable traffic, Chance chance, TimeProvider time) : PoolPolicy(traffic, time)
{
    public override string Name => PolicyNames.PeakEwma;

    protected override int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings) => TwoChoices.Pick(
        pool.Shares, chance.Here, new TwoChoices.Latency(pool, AttemptLatency.Milliseconds(Time, Time.GetTimestamp()), settings.PeakEwma.Decay.TotalMilliseconds));
}
