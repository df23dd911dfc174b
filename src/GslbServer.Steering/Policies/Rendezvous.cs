namespace GslbServer.Steering;

/// <summary>Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights as in Schindelhauer and Schomaker 2005): each client ranks the targets by itself, so when
/// one goes only its own clients move, and when weights change no more than must.</summary>
internal static class Rendezvous
{
    /// <summary>What chance gives a target with a client: uniform in (0, 1).</summary>
    public static double Draw(ulong client, ulong target) => StableHash.ToUnit(StableHash.Combine(client, target));

    /// <summary>Highest wins. Of targets with weight 0 among themselves all are equal.</summary>
    public static double Score(double draw, int weight) => -Math.Max(weight, 1) / Math.Log(draw);

    /// <summary>No score is higher, since -ln x is at least 1 - x.</summary>
    public static double Bound(double draw, int weight) => Math.Max(weight, 1) / (1 - draw);
}
