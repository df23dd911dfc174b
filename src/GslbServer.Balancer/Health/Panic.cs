namespace GslbServer.Balancer;

/// <summary>When so much of a pool is down that what is left would drown: then all of it gets traffic, the part that is down too, as its checks may be what is wrong.</summary>
/// <remarks>Envoy's panic threshold. In a small pool one backend is too large a share to decide by.</remarks>
internal static class Panic
{
    public const int SmallestPool = 6;

    /// <param name="threshold">Share of the pool; 0: never.</param>
    public static bool IsIn(int total, int available, double threshold) => total >= SmallestPool && available < threshold * total;
}
