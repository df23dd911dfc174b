using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>The classes of places by what they take: which targets come first of those that serve. With every region up a hundred thousand orders of 64 regions are 64 takes.
/// Shared by all names with the same order and the same targets in force, and kept from one publication to the next. Frozen.</summary>
internal sealed class TakeTable
{
    /// <summary>More targets than this never fit in one key; then the places are not grouped.</summary>
    public const int MaxAnswers = 8;

    private TakeTable(ushort[] takeOfClass, int[] examples)
    {
        TakeOfClass = takeOfClass;
        Examples = examples;
    }

    /// <summary>By class, where prices count by class and bucket of leaves; <see cref="AnswerTable.None"/> where none serves.</summary>
    public ushort[] TakeOfClass { get; }

    /// <summary>For each take where it stands in <see cref="TakeOfClass"/>, once.</summary>
    public int[] Examples { get; }

    /// <param name="serving">Targets that may be taken, as bits.</param>
    /// <param name="answers">How many are taken, at most <see cref="MaxAnswers"/>.</param>
    /// <returns>Null when there are more takes than fit.</returns>
    /// <param name="prices">Of the targets; null where they change nothing.</param>
    public static TakeTable? Compile(RankingTable ranking, ulong serving, int answers, TargetPrices? prices)
    {
        int buckets = prices is null ? 1 : PricedOrder.Buckets;
        ushort[] takes = new ushort[ranking.ClassCount * buckets];
        var examples = new List<int>();
        var known = new Dictionary<(ulong Targets, bool IsExplored), ushort>();
        Span<ulong> keys = stackalloc ulong[buckets];
        for (int at = 0; at < takes.Length; at++)
        {
            int placeClass = at / buckets;
            if (prices is null)
                keys[0] = FirstServing(ranking.Order(placeClass), serving, answers);
            else if (at % buckets == 0)
                FindPriced(ranking, placeClass, serving, answers, prices.Ms, keys);
            ulong key = keys[at % buckets];
            if (key == 0)
            {
                takes[at] = AnswerTable.None;
                continue;
            }

            ref ushort take = ref CollectionsMarshal.GetValueRefOrAddDefault(known, (key, ranking.IsExplored(placeClass)), out bool exists);
            if (!exists)
            {
                if (examples.Count == AnswerTable.None)
                    return null;
                take = (ushort)examples.Count;
                examples.Add(at);
            }

            takes[at] = take;
        }

        return new TakeTable(takes, [.. examples]);
    }

    /// <summary>For each bucket of leaves. Costs rise with the price in a straight line: what is least where prices count least and where they count most is least in between.</summary>
    private static void FindPriced(RankingTable ranking, int placeClass, ulong serving, int answers, double[] prices, Span<ulong> keys)
    {
        Span<byte> order = stackalloc byte[TopologyLimits.TargetsPerName];
        keys[0] = FirstServing(PricedOrder.Sort(ranking.Order(placeClass), ranking.Gaps(placeClass), prices, 0, order), serving, answers);
        keys[^1] = FirstServing(PricedOrder.Sort(ranking.Order(placeClass), ranking.Gaps(placeClass), prices, keys.Length - 1, order), serving, answers);
        bool isSame = answers == 1 && keys[0] == keys[^1];
        for (int bucket = 1; bucket < keys.Length - 1; bucket++)
            keys[bucket] = isSame ? keys[0] : FirstServing(PricedOrder.Sort(ranking.Order(placeClass), ranking.Gaps(placeClass), prices, bucket, order), serving, answers);
    }

    /// <summary>Their ordinals plus one, an octet each; 0 without any.</summary>
    private static ulong FirstServing(ReadOnlySpan<byte> order, ulong serving, int answers)
    {
        ulong key = 0;
        foreach (byte ordinal in order)
        {
            if ((serving & (1UL << ordinal)) == 0)
                continue;
            key = (key << 8) | (ordinal + 1U);
            if (--answers == 0)
                break;
        }

        return key;
    }
}
