using System.Globalization;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Reads RDATA from presentation format, field by field as <see cref="RdataShape"/> says, or in the generic form of RFC 3597. One object reads
/// one record after the other.</summary>
internal sealed class RdataParser
{
    private readonly RdataBuffer _wire = new();
    private readonly List<ParsedWord> _words = [];
    private readonly RdataEncodings _encodings = new();
    private MasterFileEntry _entry = new();
    private DomainName _origin = DomainName.Root;
    private RecordType _type;
    private int _next;

    /// <summary>What is wrong, after a result of false.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Index of the token that <see cref="Error"/> is about; the entry's count when something is missing at its end.</summary>
    public int ErrorToken { get; private set; }

    /// <summary>After a result of true, until the next record is read: the RDATA in wire form.</summary>
    public ReadOnlySpan<byte> Rdata => _wire.Written;

    /// <summary>After a record of the zone language: its words, each with the index of its first token, or -1 where they come from the generic form.</summary>
    public IReadOnlyList<ParsedWord> Words => _words;

    private string TypeName => RecordTypeName.Of(_type);

    /// <param name="first">Index of the token after the type.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryParse(RecordType type, MasterFileEntry entry, int first, DomainName origin)
    {
        (_entry, _next, _origin, _type) = (entry, first, origin, type);
        _wire.Clear();
        _words.Clear();
        RdataField[]? shape = RdataShape.Of(type);
        bool isGeneric = first < entry.Count && !entry[first].IsQuoted && entry.TextOf(first) is @"\#";
        if (!isGeneric && shape is null)
            return Fail(first, $@"type {TypeName} has no presentation format here; expected \# length hexadecimal (RFC 3597)");
        if (!(isGeneric ? TryParseGeneric(type, shape is not null) : TryParseFields(shape ?? [])))
            return false;
        if (_wire.IsTooLong)
            return Fail(first, $"RDATA of {_wire.Length} octets; at most {DnsLimits.RdataLength} are possible");
        return RdataRules.Violation(type, _wire.Written) is not { } violation || Fail(first, violation);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryParseFields(RdataField[] shape)
    {
        foreach (RdataField field in shape)
            if (!TryParseField(field))
                return false;
        return _next == _entry.Count || Fail(_next, $"\"{Excerpt.Of(_entry.TextOf(_next))}\" after the RDATA of {TypeName}; expected the end of the line");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryParseField(RdataField field)
    {
        switch (field.Kind)
        {
            case RdataFieldKind.Strings:
                return TryParseStrings(field);
            case RdataFieldKind.Hex or RdataFieldKind.Base64:
                return TryParseBlob(field);
            case RdataFieldKind.TypeBitmap:
                return TryParseTypeBitmap();
            case RdataFieldKind.Location:
                return TryParseLocation();
            case RdataFieldKind.ServiceParameters:
                return TryParseServiceParameters();
            case RdataFieldKind.Words:
                return TryParseWords();
        }
        if (_next == _entry.Count)
            return Fail(_next, $"{TypeName} ends early; expected the {field.Label}, {Expected(field.Kind)}");
        int token = _next++;
        ReadOnlySpan<char> text = _entry.TextOf(token);
        switch (field.Kind)
        {
            case RdataFieldKind.Name:
                return TryWriteName(token, text);
            case RdataFieldKind.String:
                return TryWriteString(token, text);
            case RdataFieldKind.Tag:
                return TryWriteTag(token, text);
            case RdataFieldKind.Text:
                return TryWriteText(token, text);
            default:
                return RdataScalars.TryWrite(field.Kind, text, _wire)
                    || Fail(token, $"\"{Excerpt.Of(text)}\" is no {field.Label}; expected {Expected(field.Kind)}");
        }
    }

    private bool TryWriteName(int token, ReadOnlySpan<char> text)
    {
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        if (!NameText.TryParse(text, _origin.Wire, name, out int length, out string? error))
            return Fail(token, error);
        _wire.Write(name[..length]);
        return true;
    }

    private bool TryWriteString(int token, ReadOnlySpan<char> text)
    {
        int lengthAt = _wire.Length;
        _wire.WriteUInt8(0);
        if (!TryWriteText(token, text))
            return false;
        int length = _wire.Length - lengthAt - 1;
        if (length > CharacterString.MaxLength)
            return Fail(token, $"a character-string of {length} octets; at most 255, so write it as several strings in quotes");
        _wire.Patch(lengthAt, (byte)length);
        return true;
    }

    private bool TryWriteTag(int token, ReadOnlySpan<char> text)
    {
        foreach (char c in text)
            if (!char.IsAsciiLetterOrDigit(c))
                return Fail(token, $"\"{Excerpt.Of(text)}\" is no tag; expected letters and digits, such as issue or iodef");
        return TryWriteString(token, text);
    }

    private bool TryWriteText(int token, ReadOnlySpan<char> text)
    {
        return CharacterString.TryDecode(text, _wire, out string? error) || Fail(token, error);
    }

    private bool TryParseStrings(RdataField field)
    {
        if (_next == _entry.Count)
            return Fail(_next, $"{TypeName} ends early; expected the {field.Label}, one or more strings");
        while (_next < _entry.Count)
            if (!TryWriteString(_next, _entry.TextOf(_next++)))
                return false;
        return true;
    }

    private bool TryParseBlob(RdataField field)
    {
        if (_next == _entry.Count)
            return Fail(_next, $"{TypeName} ends early; expected the {field.Label}, {Expected(field.Kind)}");
        int first = _next;
        _encodings.Begin();
        while (_next < _entry.Count)
            if (!_encodings.TryAdd(_entry.TextOf(_next++), field.Kind == RdataFieldKind.Hex))
                return Fail(_next - 1, $"\"{Excerpt.Of(_entry.TextOf(_next - 1))}\" is no part of the {field.Label}; expected {Expected(field.Kind)}");
        return (field.Kind == RdataFieldKind.Hex ? _encodings.TryWriteHex(_wire) : _encodings.TryWriteBase64(_wire))
            || Fail(first, $"the {field.Label} is incomplete; expected {Expected(field.Kind)}");
    }

    private bool TryParseTypeBitmap()
    {
        var types = new SortedSet<ushort>();
        for (; _next < _entry.Count; _next++)
        {
            if (!RecordTypeName.TryParse(_entry.TextOf(_next), out RecordType type))
                return Fail(_next, $"\"{Excerpt.Of(_entry.TextOf(_next))}\" is no record type");
            types.Add((ushort)type);
        }
        TypeBitmap.Write(types, _wire);
        return true;
    }

    private bool TryParseLocation()
    {
        var words = new string[_entry.Count - _next];
        for (int i = 0; i < words.Length; i++)
            words[i] = _entry.TextOf(_next + i).ToString();
        if (!LocationText.TryParse(words, _wire, out int wrong, out string? error))
            return Fail(_next + wrong, error);
        _next = _entry.Count;
        return true;
    }

    private bool TryParseServiceParameters()
    {
        bool isAlias = _wire.Written is [0, 0, ..];
        var parameters = new SortedDictionary<ushort, byte[]>();
        while (_next < _entry.Count)
        {
            int token = _next;
            if (isAlias)
                return Fail(token, "an alias (priority 0) has no service parameters; expected the end of the line");
            string word = ReadJoinedWord();
            if (!ServiceParameterText.TryParse(word, out ushort key, out byte[]? value, out string? error))
                return Fail(token, error);
            if (!parameters.TryAdd(key, value))
                return Fail(token, $"{ServiceParameterKey.NameOf(key)} is given twice");
        }
        foreach ((ushort key, byte[] value) in parameters)
        {
            _wire.WriteUInt16(key);
            _wire.WriteUInt16((uint)value.Length);
            _wire.Write(value);
        }
        return true;
    }

    private bool TryParseWords()
    {
        if (_next == _entry.Count)
            return Fail(_next, $"{TypeName} ends early; expected its words");
        while (_next < _entry.Count)
        {
            int token = _next;
            string word = ReadJoinedWord();
            _encodings.Begin();
            if (!CharacterString.TryDecodeToString(word, out string? decoded, out string? error))
                return Fail(token, error);
            _words.Add(new(decoded, token));
        }
        return ConfigRdata.TryWrite(TypeName, _words, _origin, _wire, out int wrong, out string? problem) || Fail(_words[wrong].Token, problem);
    }

    /// <summary>A word as RFC 9460 section 2.1 has it: <c>key="value"</c> is one, quotes left out, escapes still as written.</summary>
    private string ReadJoinedWord()
    {
        int token = _next++;
        ReadOnlySpan<char> text = _entry.TextOf(token);
        bool isJoined = !_entry[token].IsQuoted && text.EndsWith("=") && _next < _entry.Count && _entry[_next].IsQuoted && _entry[_next].IsAdjacent;
        return isJoined ? string.Concat(text, _entry.TextOf(_next++)) : text.ToString();
    }

    private bool TryParseGeneric(RecordType type, bool isKnown)
    {
        int lengthToken = ++_next;
        if (_next == _entry.Count || !ushort.TryParse(_entry.TextOf(_next++), NumberStyles.None, CultureInfo.InvariantCulture, out ushort length))
            return Fail(lengthToken, @"expected a length from 0 to 65535 after \#");
        _encodings.Begin();
        for (; _next < _entry.Count; _next++)
            if (!_encodings.TryAdd(_entry.TextOf(_next), isHex: true))
                return Fail(_next, $"\"{Excerpt.Of(_entry.TextOf(_next))}\" is not hexadecimal");
        if (!_encodings.TryWriteHex(_wire) && length > 0 || _wire.Length != length)
            return Fail(lengthToken, $@"\# says {length} octets, but {_encodings.HexDigits} hexadecimal digits follow");
        if (isKnown && !RdataText.TryFormat(type, _wire.Written, out _))
            return Fail(lengthToken, $"these octets are no RDATA of type {TypeName}");
        if (type is RecordType.REGION or RecordType.CHECK or RecordType.STEER)
            foreach (string word in CharacterString.Split(_wire.Written))
                _words.Add(new(word, -1));
        return true;
    }

    private bool Fail(int token, string error)
    {
        ErrorToken = token;
        Error = error;
        return false;
    }

    private static string Expected(RdataFieldKind kind) => kind switch
    {
        RdataFieldKind.UInt8 => "a number from 0 to 255",
        RdataFieldKind.UInt16 => "a number from 0 to 65535",
        RdataFieldKind.UInt32 => "a number from 0 to 4294967295",
        RdataFieldKind.Seconds => "seconds up to 2147483647, with optional units such as 1h30m",
        RdataFieldKind.Time => "YYYYMMDDHHmmSS or seconds since 1970",
        RdataFieldKind.Name => "a domain name",
        RdataFieldKind.String or RdataFieldKind.Text => "a string",
        RdataFieldKind.Tag => "letters and digits",
        RdataFieldKind.IPv4 => "an IPv4 address such as 192.0.2.1",
        RdataFieldKind.IPv6 => "an IPv6 address such as 2001:db8::1",
        RdataFieldKind.Hex => "pairs of hexadecimal digits",
        RdataFieldKind.Base64 => "base 64",
        RdataFieldKind.Salt => "pairs of hexadecimal digits, or -",
        RdataFieldKind.Base32Hash => "base 32 with the extended hex alphabet",
        RdataFieldKind.Type => "a record type",
        RdataFieldKind.Algorithm => "a DNSSEC algorithm, a number from 0 to 255 or a mnemonic such as ECDSAP256SHA256",
        RdataFieldKind.CertificateType => "a certificate type, a number from 0 to 65535 or a mnemonic such as PKIX",
        RdataFieldKind.Eui48 => "six pairs of hexadecimal digits such as 00-00-5e-00-53-2a",
        RdataFieldKind.Eui64 => "eight pairs of hexadecimal digits such as 00-00-5e-ef-10-00-00-2a",
        RdataFieldKind.Locator64 => "four groups of hexadecimal digits such as 2001:db8:1140:1000",
        _ => "a value",
    };
}

/// <summary>A word of the zone language, unescaped, and the index of its first token; -1 where it comes from the generic form.</summary>
internal readonly record struct ParsedWord(string Text, int Token);
