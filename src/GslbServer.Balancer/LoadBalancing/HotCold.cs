namespace GslbServer.Balancer;

/// <summary>Prequal's rule: who has far more requests in flight than the others is hot and left alone; among the cold the quickest is taken, and where all are hot the least busy.</summary>
/// <remarks>Wydrowski et al., "Load is not what you should balance: Introducing Prequal", NSDI 2024, section 4.2.</remarks>
internal static class HotCold
{
    /// <param name="InFlight">For its weight.</param>
    /// <param name="Latency">Milliseconds; 0 if nothing is known.</param>
    public readonly record struct Candidate(int Member, double InFlight, double Latency)
    {
        /// <summary>One of whom nothing is known is worth one request, not many.</summary>
        public double Expected => Latency == 0 && InFlight > 0 ? double.MaxValue : Latency;
    }

    /// <param name="candidates">At least one. The order decides between equals.</param>
    /// <param name="quantile">Hot is who has more in flight than this quantile of all candidates.</param>
    /// <returns>The member of one of them.</returns>
    public static int Pick(ReadOnlySpan<Candidate> candidates, double quantile)
    {
        Span<double> inFlight = candidates.Length <= 256 ? stackalloc double[candidates.Length] : new double[candidates.Length];
        for (int i = 0; i < candidates.Length; i++) inFlight[i] = candidates[i].InFlight;
        inFlight.Sort();
        double hot = inFlight[Math.Max(0, (int)Math.Ceiling(quantile * candidates.Length) - 1)];
        Candidate best = candidates[0];
        foreach (Candidate candidate in candidates[1..])
        {
            if (IsBetter(candidate, best, hot)) best = candidate;
        }

        return best.Member;
    }

    private static bool IsBetter(Candidate candidate, Candidate best, double hot) => (candidate.InFlight > hot, best.InFlight > hot) switch
    {
        (false, false) => candidate.Expected < best.Expected || (candidate.Expected == best.Expected && candidate.InFlight < best.InFlight),
        (true, true) => candidate.InFlight < best.InFlight,
        (var isHot, _) => !isHot,
    };
}
