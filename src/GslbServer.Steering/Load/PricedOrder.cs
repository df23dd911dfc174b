namespace GslbServer.Steering;

/// <summary>The order of targets with their prices. Hot: no allocation.</summary>
internal static class PricedOrder
{
    /// <summary>Leaves are dealt into so many groups, and each sees prices a little lower or higher than the next, between 75 and 125 %: so places that are equally far do not all
    /// move at one step of a price, but one after the other.</summary>
    public const int Buckets = 16;

    private const double LeastFactor = 0.75, Spread = 0.5;

    /// <param name="leafHash">Of a client's leaf: the same for all clients that may share an answer (RFC 7871 section 7.2.1).</param>
    public static int BucketOf(ulong leafHash) => (int)(StableHash.ToUnit(StableHash.Combine(leafHash, Buckets)) * Buckets);

    public static double Factor(int bucket) => LeastFactor + (Spread * (bucket + 0.5) / Buckets);

    /// <param name="order">Ordinals as they are without prices.</param>
    /// <param name="gaps">See <see cref="PriceGaps"/>; as long as the order.</param>
    /// <param name="prices">By ordinal.</param>
    /// <param name="result">At least as long as the order.</param>
    /// <returns>The part of the result that is used. Equal ones stay as they were.</returns>
    public static ReadOnlySpan<byte> Sort(ReadOnlySpan<byte> order, ReadOnlySpan<byte> gaps, double[] prices, int bucket, Span<byte> result)
    {
        double factor = Factor(bucket);
        Span<double> costs = stackalloc double[TopologyLimits.TargetsPerName];
        for (int i = 0; i < order.Length; i++)
        {
            byte target = order[i];
            double cost = gaps[i] == PriceGaps.Pinned ? double.NegativeInfinity : PriceGaps.Ms(gaps[i]) + (factor * prices[target]);
            int at = i;
            for (; at > 0 && costs[at - 1] > cost; at--)
                (result[at], costs[at]) = (result[at - 1], costs[at - 1]);
            (result[at], costs[at]) = (target, cost);
        }

        return result[..order.Length];
    }
}
