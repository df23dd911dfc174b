namespace GslbServer.Balancer.Tests;

internal static class Statistics
{
    /// <summary>Pearson's chi-square of counts against weights.</summary>
    public static double ChiSquare(IReadOnlyList<int> counts, IReadOnlyList<int> weights)
    {
        double all = counts.Sum(), whole = weights.Sum();
        return counts.Zip(weights).Where(pair => pair.Second > 0).Sum(pair => Math.Pow(pair.First - (all * pair.Second / whole), 2) / (all * pair.Second / whole));
    }

    /// <summary>A value that chance exceeds in one of a thousand cases (Wilson and Hilferty's approximation).</summary>
    public static double Critical(int degrees) => degrees * Math.Pow(1 - (2.0 / (9 * degrees)) + (3.09 * Math.Sqrt(2.0 / (9 * degrees))), 3);
}
