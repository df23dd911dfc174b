namespace GslbServer.Balancer;

/// <summary>Each its share, spread evenly, whatever it does with it.</summary>
internal sealed class WeightedRoundRobinPolicy(TrafficTable traffic, TimeProvider time) : TurnsPolicy(traffic, time)
{
    public override string Name => PolicyNames.WeightedRoundRobin;

    protected override void Weigh(Pool pool, LoadBalancingSettings settings, Span<double> weights) => pool.Weights.CopyTo(weights);
}
