namespace GslbServer.Balancer;

/// <summary>Requests with one key go to one backend, as long as that is not far busier than the others.</summary>
internal abstract class KeyedPolicy(TrafficTable traffic, Chance chance, TimeProvider time) : PoolPolicy(traffic, time)
{
    protected override int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings)
    {
        foreach (HashKey key in settings.Keys)
        {
            if (key.TryHash(context, out ulong hash)) return Lookup(pool, cluster.Pools).Find(hash, pool, settings.BoundedLoad);
        }

        return TwoChoices.Pick(pool.Shares, chance.Here, new TwoChoices.InFlight(pool));
    }

    protected abstract KeyLookup Lookup(Pool pool, PoolSource source);
}

/// <inheritdoc cref="HashRing"/>
internal sealed class RingHashPolicy(TrafficTable traffic, Chance chance, TimeProvider time) : KeyedPolicy(traffic, chance, time)
{
    public override string Name => PolicyNames.RingHash;

    protected override KeyLookup Lookup(Pool pool, PoolSource source) => pool.Ring(source);
}

/// <inheritdoc cref="MaglevTable"/>
internal sealed class MaglevPolicy(TrafficTable traffic, Chance chance, TimeProvider time) : KeyedPolicy(traffic, chance, time)
{
    public override string Name => PolicyNames.Maglev;

    protected override KeyLookup Lookup(Pool pool, PoolSource source) => pool.Maglev(source);
}
