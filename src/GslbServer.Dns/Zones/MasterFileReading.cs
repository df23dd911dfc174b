using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>One reading of a zone and the files it includes: what directives have set so far, and the records and errors found. RFC 1035 section 5.1.</summary>
internal sealed class MasterFileReading(DomainName origin, Func<string, string, (string Path, TextReader Text)?>? include)
{
    private readonly RdataParser _rdata = new();
    private readonly CharacterBudget _characters = new(DnsLimits.ZoneCharacters);
    private readonly List<string> _openFiles = [];
    private DomainName _origin = origin;
    private readonly byte[] _owner = new byte[DomainName.MaxLength];
    private int _ownerLength; // 0 before the first
    private bool _ownerIsUnreadable;
    private uint? _defaultTtl;
    private uint? _lastTtl;
    private int _includedFiles;
    private int _generated;

    public ZoneRecords Records { get; } = new();

    public DiagnosticList Diagnostics { get; } = new();

    /// <summary>Reads one file to its end, whatever stands in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(string path, TextReader text)
    {
        _openFiles.Add(path);
        var lexer = new MasterFileLexer(text, _characters);
        var entry = new MasterFileEntry();
        while (lexer.TryNext(entry))
            ReadEntry(new(path, entry, Generated: null));
        if (lexer.IsTooLong)
            Diagnostics.Error(new(path, 0, 0), $"the zone with its includes is longer than {DnsLimits.ZoneCharacters} characters");
        _openFiles.RemoveAt(_openFiles.Count - 1);
    }

    /// <summary>An entry with the file it stands in. All that <c>$GENERATE</c> makes stands where its line stands.</summary>
    private readonly record struct Located(string Path, MasterFileEntry Entry, SourcePosition? Generated)
    {
        public SourcePosition this[int token] => Generated ?? (token < Entry.Count
            ? new(Path, Entry[token].Line, Entry[token].Column)
            : new(Path, Entry[Entry.Count - 1].Line, EndOf(Entry[Entry.Count - 1])));

        private static int EndOf(in MasterFileToken token) => token.Column + token.Length + (token.IsQuoted ? 2 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadEntry(Located at)
    {
        MasterFileEntry entry = at.Entry;
        if (entry.Error is { } error)
            Diagnostics.Error(at.Generated ?? new(at.Path, entry.ErrorLine, entry.ErrorColumn), error);
        else if (!entry.StartsWithBlank && !entry[0].IsQuoted && entry.TextOf(0).StartsWith('$'))
            ReadDirective(at);
        else
            ReadRecord(at);
    }

    private void ReadDirective(Located at)
    {
        ReadOnlySpan<char> name = at.Entry.TextOf(0);
        if (name.Equals("$ORIGIN", StringComparison.OrdinalIgnoreCase))
            ReadOrigin(at);
        else if (name.Equals("$TTL", StringComparison.OrdinalIgnoreCase))
            ReadDefaultTtl(at);
        else if (name.Equals("$INCLUDE", StringComparison.OrdinalIgnoreCase))
            ReadInclude(at);
        else if (name.Equals("$GENERATE", StringComparison.OrdinalIgnoreCase))
            ReadGenerate(at);
        else
            Diagnostics.Error(at[0], $"\"{Excerpt.Of(name)}\" is no directive; expected $ORIGIN, $TTL, $INCLUDE or $GENERATE "
                + "(an owner that begins with $ is written \\$)");
    }

    private void ReadOrigin(Located at)
    {
        if (!HasArguments(at, 1, 1, "one domain name"))
            return;
        if (DomainName.TryParse(at.Entry.TextOf(1), _origin, out DomainName? name, out string? error))
            _origin = name;
        else
            Diagnostics.Error(at[1], error);
    }

    /// <summary>RFC 2308 section 4.</summary>
    private void ReadDefaultTtl(Located at)
    {
        // An unreadable TTL counts as one, or every record after it would be reported for having none.
        _defaultTtl = HasArguments(at, 1, 1, "a TTL") && TryReadTtl(at, 1, out uint ttl) ? ttl : _defaultTtl ?? 0;
    }

    private void ReadInclude(Located at)
    {
        if (!HasArguments(at, 1, 2, "a file name and at most a domain name"))
            return;
        DomainName? origin = _origin;
        if (at.Entry.Count > 2 && !DomainName.TryParse(at.Entry.TextOf(2), _origin, out origin, out string? error))
        {
            Diagnostics.Error(at[2], error);
            return;
        }
        if (!CharacterString.TryDecodeToString(at.Entry.TextOf(1), out string? written, out error))
        {
            Diagnostics.Error(at[1], error);
            return;
        }
        if (_openFiles.Count >= DnsLimits.IncludeDepth || ++_includedFiles > DnsLimits.IncludedFiles)
        {
            Diagnostics.Error(at[1], $"$INCLUDE of \"{Excerpt.Of(written)}\" goes too far; "
                + $"at most {DnsLimits.IncludeDepth} files deep and {DnsLimits.IncludedFiles} in all");
            return;
        }
        if (include?.Invoke(written, at.Path) is not { } file)
        {
            Diagnostics.Error(at[1], $"cannot open \"{Excerpt.Of(written)}\"; expected a readable file, its path relative to the file that includes it");
            return;
        }
        using TextReader text = file.Text;
        if (_openFiles.Contains(file.Path))
        {
            Diagnostics.Error(at[1], $"\"{Excerpt.Of(written)}\" includes itself");
            return;
        }
        // RFC 1035 section 5.1: neither the origin nor, as in BIND, the owner of the file that includes is changed by what it includes.
        (DomainName before, byte[] owner, bool ownerIsUnreadable) = (_origin, _owner[.._ownerLength], _ownerIsUnreadable);
        _origin = origin;
        Read(file.Path, text);
        (_origin, _ownerLength, _ownerIsUnreadable) = (before, owner.Length, ownerIsUnreadable);
        owner.CopyTo(_owner, 0);
    }

    private void ReadGenerate(Located at)
    {
        if (at.Generated is not null)
        {
            Diagnostics.Error(at[0], "$GENERATE cannot make a $GENERATE");
            return;
        }
        if (!GenerateTemplate.TryParse(at.Entry, out GenerateTemplate? template, out int wrong, out string? error))
        {
            Diagnostics.Error(at[wrong], error);
            return;
        }
        (SourcePosition position, int errors) = (at[0], Diagnostics.ErrorCount);
        // The generated line has an entry of its own: the template points into this one.
        var entry = new MasterFileEntry();
        for (long i = template.Start; i <= template.Stop; i += template.Step)
        {
            if (++_generated > DnsLimits.GenerateTotal)
            {
                Diagnostics.Error(position, $"$GENERATE has made more than {DnsLimits.GenerateTotal} records in this zone");
                return;
            }
            if (!template.TryExpand(i, out string? line, out error))
            {
                Diagnostics.Error(position, error);
                return;
            }
            var lexer = new MasterFileLexer(line);
            if (lexer.TryNext(entry))
                ReadRecord(new(at.Path, entry, position));
            // One wrong template would otherwise be reported once for every number.
            if (Diagnostics.ErrorCount > errors)
                return;
        }
    }

    private bool HasArguments(Located at, int least, int most, string expected)
    {
        int count = at.Entry.Count - 1;
        if (count < least || count > most)
            Diagnostics.Error(at[count < least ? at.Entry.Count : most + 1], $"{Excerpt.Of(at.Entry.TextOf(0))} with {count} arguments; expected {expected}");
        return count >= least && count <= most;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadRecord(Located at)
    {
        MasterFileEntry entry = at.Entry;
        if (entry.Error is { } lexical)
        {
            Diagnostics.Error(at[0], lexical);
            return;
        }
        int next = 0;
        if (!entry.StartsWithBlank)
            ReadOwner(at, next++);
        else if (_ownerLength == 0 && !_ownerIsUnreadable)
        {
            Diagnostics.Error(at[0], "a record without an owner; expected a domain name at the start of the line, since no record stands before it");
            _ownerIsUnreadable = true;
        }
        if (!TryReadTtlAndClass(at, ref next, out uint? ttl) || !TryReadType(at, next, out RecordType type))
        {
            _lastTtl ??= ttl ?? 0;
            return;
        }
        if (!_rdata.TryParse(type, entry, next + 1, _origin))
        {
            Diagnostics.Error(at[_rdata.ErrorToken], _rdata.Error);
            _lastTtl ??= ttl ?? 0;
            return;
        }
        uint chosen = ChooseTtl(at, type, _rdata.Rdata, ttl);
        if (!_ownerIsUnreadable && _ownerLength > 0)
            Records.Add(_owner.AsSpan(0, _ownerLength), type, chosen, _rdata.Rdata, at[0], _rdata.Words.Count == 0 ? null : ToConfigWords(at));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadOwner(Located at, int token)
    {
        _ownerIsUnreadable = !NameText.TryParse(at.Entry.TextOf(token), _origin.Wire, _owner, out int length, out string? error);
        if (_ownerIsUnreadable)
            Diagnostics.Error(at[token], error ?? "");
        else
            _ownerLength = length;
    }

    /// <summary>TTL and class may be left out and stand in either order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadTtlAndClass(Located at, ref int next, out uint? ttl)
    {
        ttl = null;
        bool hasClass = false;
        for (; next < at.Entry.Count; next++)
        {
            ReadOnlySpan<char> text = at.Entry.TextOf(next);
            if (ttl is null && text.Length > 0 && char.IsAsciiDigit(text[0]))
            {
                if (!TryReadTtl(at, next, out uint seconds))
                    return false;
                ttl = seconds;
            }
            else if (!hasClass && DnsClassName.TryParse(text, out ushort number))
            {
                hasClass = true;
                if (number == DnsClass.In)
                    continue;
                Diagnostics.Error(at[next], $"class {Excerpt.Of(text)} is not served; expected IN");
                return false;
            }
            else
            {
                return true;
            }
        }
        Diagnostics.Error(at[next], "the line ends early; expected a record type");
        return false;
    }

    private bool TryReadTtl(Located at, int token, out uint ttl)
    {
        ReadOnlySpan<char> text = at.Entry.TextOf(token);
        bool isTtl = TtlText.TryParse(text, out ulong seconds);
        ttl = (uint)Math.Min(seconds, TtlText.Max);
        if (isTtl && seconds <= TtlText.Max)
            return true;
        Diagnostics.Error(at[token], isTtl
            ? $"TTL {Excerpt.Of(text)} is too large; expected at most {TtlText.Max} seconds (RFC 2181 section 8)"
            : $"\"{Excerpt.Of(text)}\" is no TTL; expected a number with optional units such as 1h30m");
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadType(Located at, int token, out RecordType type)
    {
        ReadOnlySpan<char> text = at.Entry.TextOf(token);
        if (!RecordTypeName.TryParse(text, out type))
        {
            bool ownerLooksLikeType = token > 0 && !at.Entry.StartsWithBlank && RecordTypeName.TryParse(at.Entry.TextOf(0), out _);
            string hint = ownerLooksLikeType ? $"; a line whose owner is left out begins with a blank"
                : !Diagnostics.IsFull && RecordTypeName.Nearest(text) is { } near ? $"; did you mean {near}?"
                : "; expected a type such as A, or TYPE and a number";
            Diagnostics.Error(at[token], $"\"{Excerpt.Of(text)}\" is no record type{hint}");
            return false;
        }
        if (!RecordTypeName.IsMetaOrQuestion(type))
            return true;
        Diagnostics.Error(at[token], $"type {RecordTypeName.Of(type)} stands in messages only, not in a zone");
        return false;
    }

    /// <summary>The TTL written, else <c>$TTL</c>, else that of the record before (RFC 1035 section 5.1), else the SOA's minimum, as BIND does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint ChooseTtl(Located at, RecordType type, ReadOnlySpan<byte> rdata, uint? written)
    {
        uint ttl = 0;
        if ((written ?? _defaultTtl ?? _lastTtl) is { } known)
        {
            ttl = known;
        }
        else if (type == RecordType.SOA)
        {
            ttl = SoaRdata.Read(rdata).Minimum;
            _defaultTtl = ttl;
            Diagnostics.Warning(at[0], $"no TTL here and no $TTL before; the SOA's minimum, {ttl}, is used");
        }
        else
        {
            Diagnostics.Error(at[0], "no TTL; expected a $TTL line before, or a TTL in this record");
        }
        _lastTtl = written ?? _lastTtl ?? ttl;
        return ttl;
    }

    private ConfigWords ToConfigWords(Located at)
    {
        IReadOnlyList<ParsedWord> parsed = _rdata.Words;
        bool isGeneric = parsed[0].Token < 0;
        var words = new ConfigWord[parsed.Count];
        for (int i = 0; i < words.Length; i++)
            words[i] = new(parsed[i].Text, at[Math.Max(parsed[i].Token, 0)]);
        return new(isGeneric ? DomainName.Root : _origin, words);
    }
}
