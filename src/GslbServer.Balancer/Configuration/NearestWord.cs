namespace GslbServer.Balancer;

/// <summary>Finds what a mistyped word was meant to be.</summary>
internal static class NearestWord
{
    private const int MostEdits = 2;

    /// <returns><c>; did you mean X?</c>, or the known words where none is near.</returns>
    public static string Suggest(string word, IReadOnlyCollection<string> known)
    {
        (string Candidate, int Edits) best = ("", int.MaxValue);
        foreach (string candidate in known)
        {
            int edits = Edits(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits < best.Edits) best = (candidate, edits);
        }

        return best.Edits <= MostEdits ? $"; did you mean {best.Candidate}?" : $", expected one of {string.Join(", ", known)}";
    }

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    private static int Edits(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
