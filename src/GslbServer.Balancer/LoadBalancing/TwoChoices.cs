namespace GslbServer.Balancer;

/// <summary>The power of two choices: two members drawn by weight, the less loaded of them. Nearly as even as asking all, and no herd runs to one that looks idle.</summary>
internal static class TwoChoices
{
    /// <summary>What a member is compared by.</summary>
    public interface ILoad
    {
        double Of(int member);
    }

    public static int Pick<TLoad>(Shares shares, Random random, TLoad load)
        where TLoad : struct, ILoad
    {
        int first = shares.Draw(random), second = shares.DrawOther(random, first);
        // Where they are equal the draw decides, and so the weight.
        return second != first && load.Of(second) < load.Of(first) ? second : first;
    }

    /// <summary>Requests in flight for the weight.</summary>
    public readonly struct InFlight(Pool pool) : ILoad
    {
        public double Of(int member) => pool.Members[member].InFlight / pool.Shares[member];
    }

    /// <summary>How long a request would take: the backend's latency, once for itself and once for each that is before it, as far as the weight does not carry them.</summary>
    /// <param name="now">Milliseconds of <see cref="AttemptLatency.Milliseconds"/>.</param>
    public readonly struct Latency(Pool pool, long now, double decay) : ILoad
    {
        /// <summary>Finagle's: of a backend without history only one request shall find out how slow it is.</summary>
        private const double Unproven = 1e9;

        public double Of(int member)
        {
            Backend backend = pool.Members[member];
            double cost = backend.Latency.Cost(now, decay), ahead = backend.InFlight / pool.Shares[member];
            return cost == 0 && ahead > 0 ? Unproven + ahead : cost * (ahead + 1);
        }
    }
}
