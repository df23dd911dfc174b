namespace GslbServer.Steering;

/// <summary>Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights as in Schindelhauer and Schomaker 2005): each client ranks the targets by itself, so when
/// one goes only its own clients move, and when weights change no more than must.</summary>
internal static class Rendezvous
{
    /// <summary>Highest wins. Of targets with weight 0 among themselves all are equal.</summary>
    public static double Score(ulong client, ulong target, int weight)
        => -Math.Max(weight, 1) / Math.Log(StableHash.ToUnit(StableHash.Combine(client, target)));
}
