namespace GslbServer.Dns;

/// <summary>The first line of a record by its columns.</summary>
/// <param name="Owner">Empty where it is that of the record before.</param>
/// <param name="Head">TTL and class, as far as they are there.</param>
/// <param name="Data">The words of RDATA that stand on the first line.</param>
internal sealed record FormatRecord(string Owner, string Head, string Type, IReadOnlyList<string> Data)
{
    /// <returns>Null for a directive, for a comment, and for a record whose type does not stand on the first line before any parenthesis.</returns>
    public static FormatRecord? Of(FormatEntry entry)
    {
        List<string> words = entry.Rows[0].Words;
        if (words.Count == 0 || words[0] == "(" || words[0].StartsWith('$')) return null;
        int at = entry.StartsWithBlank ? 0 : 1;
        List<string> head = [];
        for (; at < words.Count; at++)
        {
            string word = words[at];
            if (DnsClassName.TryParse(word, out _)) head.Add(word.ToUpperInvariant());
            else if (head.Count < 2 && TtlText.TryParse(word, out _)) head.Add(word);
            else break;
        }

        if (at == words.Count || !RecordTypeName.TryParse(words[at], out _)) return null;
        return new FormatRecord(entry.StartsWithBlank ? "" : words[0], string.Join(' ', head), words[at].ToUpperInvariant(), words[(at + 1)..]);
    }
}
