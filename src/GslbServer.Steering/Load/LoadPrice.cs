namespace GslbServer.Steering;

/// <summary>The price of a region, in milliseconds that count as if its clients were so much farther away: the shadow price of its capacity. Clients that have another region
/// almost as near move first, so what leaves loses least.</summary>
public static class LoadPrice
{
    /// <summary>Where a region should settle: the share of its capacity that is in use.</summary>
    public const double Target = 0.8;

    /// <summary>No nearer to the target is worth moving anybody.</summary>
    public const double Deadband = 0.05;

    /// <summary>From here on excess is measured: just inside the deadband, so that steps at its edge are small and do not jump across it, and yet end within.</summary>
    private const double Rest = 0.04;

    /// <summary>From here on a region is full: nobody new comes (<see cref="PriceVoter"/>).</summary>
    public const double HardCap = 0.95;

    public const double MostMs = 150;

    /// <summary>A step down at most, and what a silent region loses.</summary>
    public const double LargestFallMs = 7.5;

    private const double GainMs = 50, LargestRiseMs = 15;

    /// <summary>Resolvers hold answers for a TTL: what a step did is not seen sooner, and a faster loop would act on what it has already cured.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(60);

    /// <summary>An overloaded region cannot wait so long: then a quarter of the period.</summary>
    public static TimeSpan PeriodAt(TimeSpan period, double utilisation) => utilisation > 1 ? period / 4 : period;

    /// <param name="utilisation">1 is full; above it requests wait or are refused.</param>
    public static double Next(double priceMs, double utilisation)
    {
        double excess = utilisation - Target;
        return Math.Abs(excess) <= Deadband ? priceMs : Add(priceMs, Math.Clamp(GainMs * (excess - (Rest * Math.Sign(excess))), -LargestFallMs, LargestRiseMs));
    }

    /// <summary>Rounded as it travels, so that all nodes have the same.</summary>
    public static double Add(double priceMs, double ms) => Math.Round(Math.Clamp(priceMs + ms, 0, MostMs), 1);
}
