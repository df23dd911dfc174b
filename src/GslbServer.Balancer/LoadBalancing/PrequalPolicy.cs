namespace GslbServer.Balancer;

/// <summary>YARP's shell around <see cref="HotCold"/>, over some backends drawn by weight.</summary>
/// <remarks>The paper's clients keep a pool of answers to probes, because they see nothing else. A balancer sees what itself has in flight and how long it took, always fresh: so each request looks at as many
/// backends as that pool would hold, and a backend's own word, where it is asked for one, takes the place of what the balancer sees for as long as it is new.</remarks>
internal sealed class PrequalPolicy(TrafficTable traffic, Chance chance, LoadProbes probes, TimeProvider time) : PoolPolicy(traffic, time)
{
    public override string Name => PolicyNames.Prequal;

    protected override int Pick(HttpContext context, Pool pool, ClusterTraffic cluster, LoadBalancingSettings settings)
    {
        PrequalSettings prequal = settings.Prequal;
        Random random = chance.Here;
        Span<HotCold.Candidate> candidates = stackalloc HotCold.Candidate[prequal.Pool];
        int count = Look(pool, settings, random, candidates);
        int taken = HotCold.Pick(candidates[..count], prequal.Quantile);
        if (prequal.ProbePath.Length == 0) return taken;
        for (int i = 0; i < prequal.ProbesPerRequest; i++) probes.Ask(cluster.Cluster, pool.Members[pool.Shares.Draw(random)], prequal);
        return taken;
    }

    /// <summary>All members where there is room for them, else some by weight. Some of them twice is no harm.</summary>
    private int Look(Pool pool, LoadBalancingSettings settings, Random random, Span<HotCold.Candidate> candidates)
    {
        int members = pool.Members.Length, count = 0;
        bool all = members <= candidates.Length;
        int start = all ? random.Next(members) : 0;
        long now = AttemptLatency.Milliseconds(Time, Time.GetTimestamp());
        for (int i = 0; i < (all ? members : candidates.Length); i++)
        {
            int member = all ? (start + i) % members : pool.Shares.Draw(random);
            if (pool.Shares[member] > 0) candidates[count++] = Candidate(pool, member, settings, now);
        }

        return count;
    }

    private HotCold.Candidate Candidate(Pool pool, int member, LoadBalancingSettings settings, long now)
    {
        Backend backend = pool.Members[member];
        LoadReports.Report? told = settings.Prequal.ProbePath.Length > 0 ? backend.Reports.Last(settings.Prequal.MaxAge, Time) : null;
        double seen = backend.Latency.Cost(now, settings.PeakEwma.Decay.TotalMilliseconds);
        return new(member, (told?.Now(backend.InFlight) ?? backend.InFlight) / pool.Shares[member], told?.LatencyMilliseconds ?? seen);
    }
}
