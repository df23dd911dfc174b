namespace GslbServer.Balancer;

/// <summary>The part of its share that a backend gets which has just come: caches, pools and compiled code must warm up first.</summary>
/// <remarks>Envoy's formula and bounds (<c>slow_start_config</c>).</remarks>
internal static class SlowStart
{
    private static readonly TimeSpan FirstStep = TimeSpan.FromSeconds(1);

    /// <param name="age">Since it came.</param>
    /// <returns>From the floor to 1.</returns>
    public static double Factor(TimeSpan age, SlowStartSettings settings)
    {
        if (age >= settings.Window) return 1;
        double part = (age > FirstStep ? age : FirstStep) / settings.Window;
        return part >= 1 ? 1 : Math.Max(settings.Floor, Math.Pow(part, 1 / settings.Aggression));
    }

    /// <summary>Whether anyone is to be held back: where more than half are new, the few others would drown in what is kept from them.</summary>
    public static bool Holds(int fresh, int members) => fresh > 0 && fresh * 2 <= members;
}
