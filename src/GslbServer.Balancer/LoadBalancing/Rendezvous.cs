namespace GslbServer.Balancer;

/// <summary>Highest random weight: each member draws a lot with the key, the best lot wins. No table, exact shares, and only the keys of who leaves move; the price is one lot per member and request.</summary>
/// <remarks>Thaler and Ravishankar 1998; weights as in Schindelhauer and Schomaker 2005: <c>-w / ln(u)</c>.</remarks>
internal static class Rendezvous
{
    public static int Find(ulong key, Pool pool)
    {
        (int member, double lot) best = (0, -1);
        for (int i = 0; i < pool.Members.Length; i++)
        {
            double weight = pool.Configured[i];
            double lot = weight <= 0 ? 0 : weight / -Math.Log(Unit(key ^ pool.Members[i].IdHash));
            if (lot > best.lot) best = (i, lot);
        }

        // All of weight 0: they count the same.
        return best.lot > 0 ? best.member : (int)(Mix(key) % (ulong)pool.Members.Length);
    }

    /// <summary>Above 0, below 1.</summary>
    private static double Unit(ulong value) => ((Mix(value) >> 11) + 0.5) / (1UL << 53);

    /// <summary>The finalizer of SplitMix64: each bit of the input moves half of the output.</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
