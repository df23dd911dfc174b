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

    /// <summary>By class; <see cref="AnswerTable.None"/> where none serves.</summary>
    public ushort[] TakeOfClass { get; }

    /// <summary>For each take a class that has it.</summary>
    public int[] Examples { get; }

    /// <param name="serving">Targets that may be taken, as bits.</param>
    /// <param name="answers">How many are taken, at most <see cref="MaxAnswers"/>.</param>
    /// <returns>Null when there are more takes than fit.</returns>
    public static TakeTable? Compile(RankingTable ranking, ulong serving, int answers)
    {
        ushort[] takes = new ushort[ranking.ClassCount];
        var examples = new List<int>();
        var known = new Dictionary<(ulong Targets, bool IsExplored), ushort>();
        for (int placeClass = 0; placeClass < takes.Length; placeClass++)
        {
            ulong key = FirstServing(ranking.Order(placeClass), serving, answers);
            if (key == 0)
            {
                takes[placeClass] = AnswerTable.None;
                continue;
            }

            ref ushort take = ref CollectionsMarshal.GetValueRefOrAddDefault(known, (key, ranking.IsExplored(placeClass)), out bool exists);
            if (!exists)
            {
                if (examples.Count == AnswerTable.None)
                    return null;
                take = (ushort)examples.Count;
                examples.Add(placeClass);
            }

            takes[placeClass] = take;
        }

        return new TakeTable(takes, [.. examples]);
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
