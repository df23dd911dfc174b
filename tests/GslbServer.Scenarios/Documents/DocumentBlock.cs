namespace GslbServer.Scenarios.Documents;

/// <summary>A fenced block of a document.</summary>
/// <param name="Info">What stands behind the fence: <c>console</c>, <c>console no-run: why</c>, <c>zone</c>, <c>zone more</c>, <c>text</c>, ...</param>
/// <param name="Line">Of the fence, from 1.</param>
public sealed record DocumentBlock(string Info, int Line, IReadOnlyList<string> Lines)
{
    public string Kind => Info.Split(' ')[0];

    /// <summary>Why it is not run; null where it is.</summary>
    public string? NotRun => Info.StartsWith("console no-run:", StringComparison.Ordinal) ? Info["console no-run:".Length..].Trim() : null;

    public static IReadOnlyList<DocumentBlock> Read(string text)
    {
        var blocks = new List<DocumentBlock>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                int end = Array.FindIndex(lines, i + 1, line => line == "```");
                if (end < 0) throw new FormatException($"line {i + 1}: the block has no end");
                blocks.Add(new DocumentBlock(lines[i][3..].Trim(), i + 1, lines[(i + 1)..end]));
                i = end;
            }
        }

        return blocks;
    }

    /// <summary>Commands, from <c>$</c> on and with the lines that a final backslash joins, each with what it prints.</summary>
    public IEnumerable<DocumentCommand> Commands()
    {
        for (int i = 0; i < Lines.Count; i++)
        {
            if (!Lines[i].StartsWith("$ ", StringComparison.Ordinal)) throw new FormatException($"line {Line + 1 + i}: expected a command after \"$ \"");
            int at = i;
            string command = Lines[i][2..];
            while (command.EndsWith('\\') && i + 1 < Lines.Count) command = command[..^1] + Lines[++i].TrimStart();
            while (i + 1 < Lines.Count && Lines[i + 1].StartsWith("> ", StringComparison.Ordinal)) command += "\n" + Lines[++i][2..];    // as the shell prompts within a here-document
            int first = i + 1;
            while (i + 1 < Lines.Count && !Lines[i + 1].StartsWith("$ ", StringComparison.Ordinal)) i++;
            yield return new DocumentCommand(Line + 1 + at, command, [.. Lines.Skip(first).Take(i + 1 - first)]);
        }
    }
}

/// <param name="Expected">Lines; <c>...</c> stands for any text within a line, and alone for any lines. Empty: whatever it prints.</param>
public sealed record DocumentCommand(int Line, string Text, IReadOnlyList<string> Expected)
{
    /// <summary>Such a command may be given again until what it shows has come to pass.</summary>
    public bool OnlyLooks => new[] { "dig ", "gslb explain", "gslb status", "gslb drill report", "gslb drill list", "gslb audit", "gslb top", "gslb latency show", "curl -s http" }.Any(start => Text.StartsWith(start, StringComparison.Ordinal));

    public bool Matches(IReadOnlyList<string> printed) => Expected.Count == 0 || Matches([.. Expected.Select(Words).Where(line => line.Length > 0)], [.. printed.Select(Words).Where(line => line.Length > 0)]);

    private static bool Matches(ReadOnlySpan<string> expected, ReadOnlySpan<string> printed)
    {
        if (expected.IsEmpty) return printed.IsEmpty;
        if (expected[0] == "...")
        {
            for (int skipped = 0; skipped <= printed.Length; skipped++)
            {
                if (Matches(expected[1..], printed[skipped..])) return true;
            }

            return false;
        }

        return !printed.IsEmpty && MatchesLine(expected[0], printed[0]) && Matches(expected[1..], printed[1..]);
    }

    private static bool MatchesLine(string expected, string printed) =>
        System.Text.RegularExpressions.Regex.IsMatch(printed, "^" + string.Join(".*", expected.Split("...").Select(System.Text.RegularExpressions.Regex.Escape)) + "$");

    /// <summary>Columns may be wider or narrower.</summary>
    private static string Words(string line) => string.Join(' ', line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
