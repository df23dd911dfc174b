namespace GslbServer.Balancer;

/// <summary>How full a balancer is: the highest of what it knows. 1 is full.</summary>
public static class Utilisation
{
    /// <summary>Beyond so much of the machine answers begin to wait.</summary>
    private const double ProcessorLimit = 0.85;

    /// <param name="processors">Of the machine, or of what it may use of it.</param>
    public static double Of(LoadFigures figures, BalancerOptions options, int processors)
    {
        double use = figures.Processors / processors / ProcessorLimit;
        if (options.Capacity is { } capacity) use = Math.Max(use, figures.Rps / capacity);
        if (options.CapacityInFlight is { } limit) use = Math.Max(use, (double)figures.InFlight / limit);
        return use;
    }
}
