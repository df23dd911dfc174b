using System.Numerics;

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

    /// <summary>The candidate that rendezvous hashing ranks first for a key.</summary>
    public static int Heaviest(NamePlan plan, ulong candidates, ulong key)
    {
        int best = 0;
        double bestScore = -1;
        for (ulong rest = candidates; rest != 0; rest &= rest - 1)
        {
            int ordinal = BitOperations.TrailingZeroCount(rest);
            double unit = Draw(key, plan.TargetHashes[ordinal]);
            int weight = plan.Name.Targets[ordinal].Weight;
            // Most of them lose by the bound already, and a logarithm costs more than all the rest.
            if (Bound(unit, weight) > bestScore && Score(unit, weight) is var score && score > bestScore)
                (best, bestScore) = (ordinal, score);
        }

        return best;
    }
}
