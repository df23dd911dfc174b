using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Type mnemonics as master files, logs and command lines write them.</summary>
public static class RecordTypeName
{
    private static readonly FrozenDictionary<string, RecordType> ByName = Enum.GetValues<RecordType>().Where(t => t != RecordType.None)
        .ToFrozenDictionary(t => NameOf(t), StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, RecordType>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<RecordType, string> Names = ByName.ToFrozenDictionary(p => p.Value, p => p.Key);

    /// <summary>The mnemonic, or <c>TYPE</c> and the number (RFC 3597 section 5).</summary>
    public static string Of(RecordType type) => Names.TryGetValue(type, out string? name) ? name : $"TYPE{(ushort)type}";

    /// <summary>Reads a mnemonic in any case, or <c>TYPE</c> and a number up to 65535.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParse(ReadOnlySpan<char> text, out RecordType type)
    {
        if (BySpan.TryGetValue(text, out type))
            return true;
        if (!text.StartsWith("TYPE", StringComparison.OrdinalIgnoreCase)
            || !ushort.TryParse(text[4..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
            return false;
        type = (RecordType)number;
        return true;
    }

    /// <summary>True for types that stand in questions and messages only, never in a zone: OPT, and the range 128 to 255 (RFC 6895 section 3.1).</summary>
    public static bool IsMetaOrQuestion(RecordType type) => type is RecordType.OPT or >= (RecordType)128 and <= RecordType.ANY or RecordType.None;

    /// <summary>The mnemonic that differs least from this text, for "did you mean"; null when none is near.</summary>
    public static string? Nearest(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 12)
            return null;
        (string? best, int bestDistance) = (null, text.Length <= 3 ? 2 : 3);
        foreach ((string name, RecordType type) in ByName)
        {
            if (IsMetaOrQuestion(type))
                continue;
            int distance = EditDistance(text, name);
            if (distance < bestDistance || distance == bestDistance && best is not null && (ushort)type < (ushort)ByName[best])
                (best, bestDistance) = (name, distance);
        }
        return best;
    }

    private static string NameOf(RecordType type) => type == RecordType.NSAPPTR ? "NSAP-PTR" : type.ToString();

    /// <summary>Damerau-Levenshtein distance of neighbours (a swap costs one), without regard to case.</summary>
    private static int EditDistance(ReadOnlySpan<char> left, string right)
    {
        Span<int> before = stackalloc int[right.Length + 1], above = stackalloc int[right.Length + 1], row = stackalloc int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
            above[j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                bool same = Same(left[i - 1], right[j - 1]);
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            Span<int> free = before;
            before = above;
            above = row;
            row = free;
        }
        return above[right.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
