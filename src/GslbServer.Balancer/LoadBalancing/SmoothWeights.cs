namespace GslbServer.Balancer;

/// <summary>Smooth weighted round robin: the shares of the weights, spread as evenly as they go (5:1:1 gives a a b a c a a).</summary>
/// <remarks>The algorithm of nginx's <c>ngx_http_upstream_round_robin</c>: everyone gains its weight, the richest is taken and pays the sum.</remarks>
public static class SmoothWeights
{
    /// <summary>Largest weight in the configuration.</summary>
    public const int Largest = 65_535;

    /// <summary>Takes the next index and updates <paramref name="credit"/>. Ties go to the lower index.</summary>
    /// <param name="weights">0 or more, at least one entry; a weight of 0 is taken only when all are 0, and then all count the same.</param>
    /// <param name="credit">What each has gained and not yet paid; zeros at first. Same length.</param>
    public static int Take(ReadOnlySpan<double> weights, Span<double> credit)
    {
        bool allZero = !weights.ContainsAnyExcept(0);
        double sum = 0;
        int best = -1;
        for (int i = 0; i < weights.Length; i++)
        {
            double weight = allZero ? 1 : weights[i];
            if (weight == 0) continue;
            sum += weight;
            credit[i] += weight;
            if (best < 0 || credit[i] > credit[best]) best = i;
        }

        credit[best] -= sum;
        return best;
    }
}
