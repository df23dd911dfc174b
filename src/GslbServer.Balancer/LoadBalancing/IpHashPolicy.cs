namespace GslbServer.Balancer;

/// <summary>A client's address has one backend, while that serves. Needs no table and no settings.</summary>
internal sealed class IpHashPolicy(TrafficTable traffic, Chance chance, TimeProvider time) : PoolPolicy(traffic, time)
{
    public override string Name => PolicyNames.IpHash;

    protected override int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings) =>
        HashKey.Address.TryHash(context, out ulong key) ? Rendezvous.Find(key, pool) : TwoChoices.Pick(pool.Shares, chance.Here, new TwoChoices.InFlight(pool));
}
