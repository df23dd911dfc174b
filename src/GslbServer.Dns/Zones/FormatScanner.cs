namespace GslbServer.Dns;

/// <summary>One line of an entry: its words as they stand, parentheses among them, and the comment behind them (empty for none).</summary>
internal sealed record FormatRow(List<string> Words)
{
    public string Comment { get; set; } = "";
}

/// <summary>A directive, a record or a comment: one line, or several that parentheses join.</summary>
internal sealed record FormatEntry(bool StartsWithBlank, List<FormatRow> Rows);

/// <summary>Cuts a zone file into entries without losing what only people read.</summary>
internal static class FormatScanner
{
    /// <returns>The entries in order; null for an empty line.</returns>
    public static IEnumerable<FormatEntry?> Scan(string text)
    {
        int at = text.StartsWith('\uFEFF') ? 1 : 0;
        while (at < text.Length)
        {
            FormatEntry entry = Read(text, ref at);
            yield return entry.Rows.All(row => row.Words.Count == 0 && row.Comment.Length == 0) ? null : entry;
        }
    }

    private static FormatEntry Read(string text, ref int at)
    {
        var row = new FormatRow([]);
        var entry = new FormatEntry(text[at] is ' ' or '\t', [row]);
        int depth = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c is '\n' or '\r')
            {
                at += c == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
                if (depth == 0) break;
                entry.Rows.Add(row = new FormatRow([]));
            }
            else if (c == ';')
            {
                int end = text.AsSpan(at).IndexOfAny('\r', '\n');
                row.Comment = (end < 0 ? text[at..] : text.Substring(at, end)).TrimEnd();
                at += row.Comment.Length;
                while (at < text.Length && text[at] is not ('\r' or '\n')) at++;
            }
            else if (c is '(' or ')')
            {
                depth = Math.Max(0, depth + (c == '(' ? 1 : -1));
                row.Words.Add(c.ToString());
                at++;
            }
            else if (char.IsWhiteSpace(c)) at++;
            else row.Words.Add(Word(text, ref at));
        }

        return entry;
    }

    /// <summary>Up to a blank or a parenthesis outside quotes; <c>key="a b"</c> is one.</summary>
    private static string Word(string text, ref int at)
    {
        int start = at;
        bool inQuotes = false;
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '\\' && at + 1 < text.Length && (inQuotes || text[at + 1] is not ('\r' or '\n'))) at++;
            else if (c == '"') inQuotes = !inQuotes;
            else if (c is '\r' or '\n' || (!inQuotes && (char.IsWhiteSpace(c) || c is ';' or '(' or ')'))) break;
        }

        return text[start..at];
    }
}
