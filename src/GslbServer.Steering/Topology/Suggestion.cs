namespace GslbServer.Steering;

/// <summary>Finds what was probably meant.</summary>
public static class Suggestion
{
    /// <summary>The nearest candidate when it is near enough to be a slip of the finger: one letter of three, two of less than nine, else three. Case does not count.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int bound = candidate.Length >= 9 ? 3 : candidate.Length <= 3 ? 1 : 2;
            int distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance <= bound && distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    /// <summary><c>, did you mean "x"?</c>, or nothing.</summary>
    public static string For(string word, IEnumerable<string> candidates, string suffix = "")
        => Nearest(word, candidates) is { } nearest ? $", did you mean \"{nearest}{suffix}\"?" : "";

    /// <summary>The same for names: one that begins with what was written, under another origin than that of the record, else the nearest.</summary>
    /// <param name="known">Absolute.</param>
    public static string ForName(string written, IReadOnlyCollection<string> known, string origin)
    {
        string word = written.ToLowerInvariant();
        string first = word.TrimEnd('.') + ".";
        return known.FirstOrDefault(name => name.StartsWith(first, StringComparison.Ordinal)) is { } elsewhere
            ? $", did you mean \"{Names.Relative(elsewhere, origin)}\"?"
            : For(word, known.Select(name => Names.Relative(name, origin)));
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replace, 1 + Math.Min(rows[i - 1, j], rows[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
