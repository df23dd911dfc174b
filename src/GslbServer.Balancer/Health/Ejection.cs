namespace GslbServer.Balancer;

/// <summary>Whether a backend may be ejected, and for how long.</summary>
internal static class Ejection
{
    /// <summary>How long an ejected destination stays out, when the cluster does not say. Envoy's base ejection time.</summary>
    public static readonly TimeSpan DefaultBase = TimeSpan.FromSeconds(30);

    /// <param name="total">Backends of the cluster.</param>
    /// <param name="available">Those that take traffic now, the one in question among them.</param>
    /// <param name="ejected">Those that are ejected now.</param>
    /// <param name="panic">Share of the cluster that must stay, in a pool that can panic.</param>
    public static bool IsAllowed(int total, int available, int ejected, double most, double panic) =>
        available > 1 && ejected < Math.Max(1, (int)(most * total)) && !Panic.IsIn(total, available - 1, panic);

    /// <param name="timesInARow">This one included.</param>
    public static TimeSpan Period(TimeSpan first, int timesInARow, TimeSpan most) => TimeSpan.FromTicks((long)Math.Min((double)first.Ticks * timesInARow, most.Ticks));

    /// <summary>Ejections in a row: each interval without one takes one off.</summary>
    public static int TimesInARow(int before, TimeSpan servedSince, TimeSpan interval) => (int)Math.Max(0, before - Math.Floor(Math.Max(0, servedSince / interval))) + 1;

    /// <summary>The success rate below which a backend is an outlier among the others of its cluster.</summary>
    /// <param name="rates">Of those with enough requests, 0 to 1.</param>
    public static double Threshold(IReadOnlyList<double> rates, double deviations)
    {
        double mean = rates.Average();
        return mean - (deviations * Math.Sqrt(rates.Average(rate => (rate - mean) * (rate - mean))));
    }
}
