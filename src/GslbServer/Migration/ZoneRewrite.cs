using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>A zone file of another server that has record types of its own: these are written anew, all else stays as it is, comments too. What is included is
/// put in its place.</summary>
/// <param name="zone">Absolute, with the final dot.</param>
/// <param name="rewrite">What stands for a record; null leaves it.</param>
/// <param name="name">What a word stands for, with the origin of its file; null where it is what it is.</param>
/// <param name="unknown">Told of directives that no zone file of ours has, which become comments.</param>
internal sealed class ZoneRewrite(string zone, ImportFiles files, Func<ZoneRewriteRecord, string?> rewrite, Func<string, string, string?>? name = null,
    Action<string, SourcePosition>? unknown = null)
{
    private readonly string _zone = zone;
    private readonly List<string> _open = [];
    private string _origin = zone;
    private string _owner = zone;
    private string? _ttl;
    private bool _restate; // the record before is gone, or stood in another file

    /// <summary>TTL of records that have none, as <c>$TTL</c> wrote it last; null before any.</summary>
    public string? DefaultTtl => _ttl;

    /// <exception cref="InputException">It is no zone file, with its place.</exception>
    public string Run(string file, string text)
    {
        if (_open.Contains(file) || _open.Count >= DnsLimits.IncludeDepth) throw new InputException($"{file}: $INCLUDE goes in circles, or more than {DnsLimits.IncludeDepth} files deep");
        _open.Add(file);
        string first = _origin;
        var output = new StringBuilder(text.Length);
        int at = 0;
        foreach (ZoneTextEntry entry in ZoneText.Read(text))
        {
            if (entry.Error is not null) throw new InputException($"{new SourcePosition(file, entry.ErrorLine, entry.ErrorColumn)}: {entry.Error}");
            int start = text.LastIndexOf('\n', Math.Max(0, entry.Words[0].Start - 1)) + 1;
            if (start < at) start = at;
            output.Append(text, at, start - at).Append(Entry(file, text, entry, start, first));
            at = entry.End;
        }

        _open.RemoveAt(_open.Count - 1);
        return output.Append(text, at, text.Length - at).ToString();
    }

    public static string Absolute(string name, string origin) => name == "@" ? origin : name.EndsWith('.') && !name.EndsWith("\\.", StringComparison.Ordinal)
        ? name : origin == "." ? name + "." : $"{name}.{origin}";

    private string Entry(string file, string text, ZoneTextEntry entry, int start, string first)
    {
        string[] words = [.. entry.Words.Select(word => Meant(word.In(text), word.IsQuoted, first))];
        string rest = Replaced(text, entry, start, words);
        switch (entry.StartsWithBlank || entry.Words[0].IsQuoted ? "" : words[0].ToUpperInvariant())
        {
            case "$ORIGIN" when words.Length > 1:
                _origin = Absolute(words[1], _origin);
                return $"$ORIGIN {_origin}\n";
            case "$TTL" when words.Length > 1:
                _ttl = words[1];
                return rest;
            case "$INCLUDE" when words.Length > 1:
                return Included(file, words, entry);
            case "$ORIGIN" or "$TTL" or "$INCLUDE" or "$GENERATE":
                return rest;
            case ['$', ..] and var directive:
                unknown?.Invoke(directive, new SourcePosition(file, entry.Words[0].Line, entry.Words[0].Column));
                return $"; not carried over: {string.Join(' ', words).ReplaceLineEndings(" ")}\n";
            default:
                return Record(file, text, entry, words, rest);
        }
    }

    private string Record(string file, string text, ZoneTextEntry entry, string[] words, string rest)
    {
        int next = 0;
        if (!entry.StartsWithBlank) (_owner, next) = (Absolute(words[0], _origin), 1);
        string? ttl = null;
        while (next < words.Length && (words[next].ToUpperInvariant() is "IN" or "CH" or "HS" || (words[next].Length > 0 && char.IsAsciiDigit(words[next][0]))))
        {
            if (char.IsAsciiDigit(words[next][0])) ttl = words[next];
            next++;
        }

        string restated = entry.StartsWithBlank && _restate ? _owner + " " : "";
        _restate = false;
        if (next == words.Length) return restated + rest;
        ZoneTextWord type = entry.Words[next];
        string? anew = rewrite(new ZoneRewriteRecord(_owner, ttl, words[next].ToUpperInvariant(), [.. words.Skip(next + 1)],
            new SourcePosition(file, type.Line, type.Column)));
        if (anew is null) return restated + rest;
        _restate = true;
        anew = Comment(text, entry) is { Length: > 0 } comment ? $"{anew.TrimEnd('\n')} {comment}" : anew;
        // Names in what is written anew are relative to the zone.
        return _origin == _zone ? anew : $"$ORIGIN {_zone}\n{anew}$ORIGIN {_origin}\n";
    }

    private string Included(string file, string[] words, ZoneTextEntry entry)
    {
        SourcePosition at = new(file, entry.Words[1].Line, entry.Words[1].Column);
        string found = ImportFiles.Find(file, words[1]) is [var one] ? one : throw new InputException($"{at}: cannot open \"{words[1]}\"");
        (string origin, string owner, string? ttl) = (_origin, _owner, _ttl);
        _origin = words.Length > 2 ? Absolute(words[2], _origin) : _origin;
        string text = $"$ORIGIN {_origin}\n{Run(found, files.Read(found)).TrimEnd('\n')}\n$ORIGIN {origin}\n{(_ttl != ttl && ttl is not null ? $"$TTL {ttl}\n" : "")}";
        (_origin, _owner, _ttl, _restate) = (origin, owner, ttl, true);
        return text;
    }

    private string Meant(string word, bool isQuoted, string first) => (isQuoted ? null : name?.Invoke(word, first)) ?? word;

    /// <summary>The entry with the words that stand for others put in.</summary>
    private static string Replaced(string text, ZoneTextEntry entry, int start, string[] words)
    {
        var output = new StringBuilder();
        int at = start;
        for (int i = 0; i < words.Length; i++)
        {
            output.Append(text, at, entry.Words[i].Start - at).Append(words[i]);
            at = entry.Words[i].Start + entry.Words[i].Length;
        }

        return output.Append(text, at, entry.End - at).ToString();
    }

    /// <summary>What stands behind the last word.</summary>
    private static string Comment(string text, ZoneTextEntry entry)
    {
        ZoneTextWord last = entry.Words[^1];
        string behind = text[(last.Start + last.Length)..entry.End];
        int comment = behind.IndexOf(';', StringComparison.Ordinal);
        return comment < 0 ? "" : behind[comment..].TrimEnd() + "\n";
    }
}

/// <summary>A record of a zone file as words.</summary>
/// <param name="Owner">Absolute.</param>
/// <param name="Ttl">As written; null for none.</param>
/// <param name="Type">In capitals.</param>
/// <param name="At">Of the type.</param>
internal sealed record ZoneRewriteRecord(string Owner, string? Ttl, string Type, IReadOnlyList<string> Data, SourcePosition At);
