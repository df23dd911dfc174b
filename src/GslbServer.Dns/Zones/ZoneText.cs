namespace GslbServer.Dns;

/// <summary>A master file as entries of words that know where they stand in the text: for those who change some of them and leave the rest as it is.</summary>
/// <remarks>RFC 1035 section 5.1, its lexical form alone: what words mean is not asked.</remarks>
public static class ZoneText
{
    /// <param name="text">A whole file.</param>
    /// <returns>What has words or is wrong; comments and empty lines are passed over.</returns>
    public static IReadOnlyList<ZoneTextEntry> Read(string text)
    {
        var lexer = new MasterFileLexer(text);
        var entry = new MasterFileEntry();
        List<ZoneTextEntry> entries = [];
        while (lexer.TryNext(entry))
        {
            var words = new ZoneTextWord[entry.Count];
            for (int i = 0; i < words.Length; i++)
            {
                MasterFileToken token = entry[i];
                words[i] = new ZoneTextWord(token.Start, token.Length, token.Line, token.Column, token.IsQuoted);
            }

            entries.Add(new ZoneTextEntry(entry.StartsWithBlank, words, lexer.Position, entry.Error, entry.ErrorLine, entry.ErrorColumn));
        }

        return entries;
    }
}

/// <param name="StartsWithBlank">The owner is that of the record before.</param>
/// <param name="End">Behind the entry, the end of its last line left behind.</param>
/// <param name="Error">What no master file may hold, with its place from 1; null for none.</param>
public sealed record ZoneTextEntry(bool StartsWithBlank, IReadOnlyList<ZoneTextWord> Words, int End, string? Error, int ErrorLine, int ErrorColumn);

/// <param name="Start">Of the first character in the text, an opening quote left out.</param>
/// <param name="Length">Quotes left out; escapes as written.</param>
/// <param name="Line">From 1, as is <paramref name="Column"/>, the quote's.</param>
public readonly record struct ZoneTextWord(int Start, int Length, int Line, int Column, bool IsQuoted)
{
    public string In(string text) => text.Substring(Start, Length);
}
