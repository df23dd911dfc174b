namespace GslbServer.Balancer;

/// <summary>Chance, for a share of requests: each thread has its own.</summary>
internal static class Sampling
{
    [ThreadStatic]
    private static Random? _random;

    /// <param name="share">0 to 1.</param>
    public static bool Takes(double share) => share >= 1 || (share > 0 && (_random ??= new Random(HashCode.Combine(Environment.CurrentManagedThreadId, Environment.TickCount64))).NextDouble() < share);
}
