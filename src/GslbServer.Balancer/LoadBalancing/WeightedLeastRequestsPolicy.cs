namespace GslbServer.Balancer;

/// <summary>Weighted round robin whose weights shrink with the requests in flight: <c>weight / (in flight + 1)^bias</c>.</summary>
/// <remarks>Envoy's least request load balancer where weights differ.</remarks>
internal sealed class WeightedLeastRequestsPolicy(TrafficTable traffic, TimeProvider time) : TurnsPolicy(traffic, time)
{
    public override string Name => PolicyNames.WeightedLeastRequests;

    protected override void Weigh(Pool pool, LoadBalancingSettings settings, Span<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            double busy = pool.Members[i].InFlight + 1;
            // The scale where all of weight 0 count as 1, so that they too are told apart by what they do.
            weights[i] = pool.Shares[i] / (settings.ActiveBias == 1 ? busy : Math.Pow(busy, settings.ActiveBias));
        }
    }
}
