using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Reads gdnsd's configuration language (gdnsd.config(5), LOW-LEVEL SYNTAX): strings, arrays, ordered hashes, comments of <c>#</c> and <c>;</c>,
/// escapes, <c>$include</c>.</summary>
internal sealed class VscfReader
{
    /// <summary>gdnsd names no bound; nobody's configuration comes near these.</summary>
    private const int MostNested = 64, MostIncluded = 16;

    private const string NotUnquoted = "][}{;#,\"=\\";

    private readonly string _file;
    private readonly string _text;
    private readonly ImportFiles? _files;
    private readonly IReadOnlyList<string> _open;
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _depth;

    private VscfReader(string file, string text, ImportFiles? files, IReadOnlyList<string> open) => (_file, _text, _files, _open) = (file, text, files, [.. open, file]);

    /// <param name="files">Opens what is included; null where nothing can be.</param>
    /// <returns>A hash, or an array.</returns>
    /// <exception cref="InputException">Not of that language, as file:line:column; what cannot be included.</exception>
    public static VscfValue Read(string file, string text, ImportFiles? files) => new VscfReader(file, text, files, []).ReadFile();

    private VscfValue ReadFile()
    {
        Skip();
        VscfValue value = Peek == '[' ? ReadArray() : ReadHash(Here, end: '\0');
        Skip();
        return _at == _text.Length ? value : throw Wrong("expected the end of the file");
    }

    private char Peek => _at < _text.Length ? _text[_at] : '\0';

    private SourcePosition Here => new(_file, _line, _at - _lineStart + 1);

    private VscfValue ReadValue()
    {
        if (++_depth > MostNested) throw Wrong($"hashes and arrays more than {MostNested} deep");
        VscfValue value = Peek switch
        {
            '{' => ReadBraced(),
            '[' => ReadArray(),
            '$' => ReadIncludedValue(),
            _ => new VscfString(Here, ReadString("a value: a string, [ or {")),
        };
        _depth--;
        return value;
    }

    private VscfHash ReadBraced()
    {
        SourcePosition at = Here;
        _at++;
        VscfHash hash = ReadHash(at, end: '}');
        _at++;
        return hash;
    }

    /// <param name="end">Left where it stands; NUL for the end of the file.</param>
    private VscfHash ReadHash(SourcePosition at, char end)
    {
        List<KeyValuePair<string, VscfValue>> entries = [];
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (Skip(); _at < _text.Length && (end == '\0' || Peek != end); SkipComma())
        {
            SourcePosition key = Here;
            if (Peek == '$')
            {
                foreach (KeyValuePair<string, VscfValue> entry in ReadIncludedHashes().SelectMany(hash => hash.Entries)) Add(key, entry);
                continue;
            }

            string name = ReadString("a key");
            Skip();
            if (Peek != '=') throw Wrong($"\"{name}\": expected => or = behind a key");
            _at++;
            if (Peek == '>') _at++;
            Skip();
            Add(key, new(name, ReadValue()));
        }

        return _at < _text.Length || end == '\0' ? new VscfHash(at, entries) : throw Wrong($"the file ends within the {{ of {at}");

        void Add(SourcePosition place, KeyValuePair<string, VscfValue> entry)
        {
            if (!keys.Add(entry.Key)) throw new InputException($"{place}: the key \"{entry.Key}\" stands twice in one hash");
            entries.Add(entry);
        }
    }

    private VscfArray ReadArray()
    {
        SourcePosition at = Here;
        _at++;
        List<VscfValue> values = [];
        for (Skip(); Peek != ']'; SkipComma())
        {
            if (_at == _text.Length) throw Wrong($"the file ends within the [ of {at}");
            values.Add(ReadValue());
        }

        _at++;
        return new VscfArray(at, values);
    }

    private VscfValue ReadIncludedValue()
    {
        SourcePosition at = Here;
        IReadOnlyList<VscfValue> values = ReadIncluded();
        return values is [var one] ? one : throw new InputException($"{at}: $include of {values.Count} files where one value is expected");
    }

    private IEnumerable<VscfHash> ReadIncludedHashes()
    {
        SourcePosition at = Here;
        return ReadIncluded().Select(value => value as VscfHash ?? throw new InputException($"{at}: {value.At.File} holds an array; expected a hash to go into this one"));
    }

    /// <summary><c>$include{path}</c>: a file, a directory or a pattern, relative to the file that includes it.</summary>
    private IReadOnlyList<VscfValue> ReadIncluded()
    {
        SourcePosition at = Here;
        const string word = "$include{";
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0) throw Wrong("an unquoted string cannot begin with $; expected $include{path}");
        _at += word.Length;
        Skip();
        string path = ReadString("a path");
        Skip();
        if (Peek != '}') throw Wrong("expected } behind the path of $include");
        _at++;
        if (_open.Count >= MostIncluded) throw new InputException($"{at}: $include more than {MostIncluded} files deep");
        IReadOnlyList<string> found = _files is null ? [] : ImportFiles.Find(_file, path);
        if (found.Count == 0 && (_files is null || !ImportFiles.IsFolder(_file, path))) throw new InputException($"{at}: $include{{{path}}}: there is no such file");
        if (found.FirstOrDefault(_open.Contains) is { } itself) throw new InputException($"{at}: {itself} includes itself");
        return [.. found.Select(file => new VscfReader(file, _files!.Read(file), _files, _open).ReadFile())];
    }

    private string ReadString(string expected)
    {
        bool isQuoted = Peek == '"';
        int start = isQuoted ? ++_at : _at;
        var text = new StringBuilder();
        while (_at < _text.Length && (isQuoted ? Peek != '"' : !IsBlank(Peek) && !(NotUnquoted.Contains(Peek, StringComparison.Ordinal) && Peek != '\\')))
        {
            if (Peek == '\n') StartLine();
            text.Append(Peek == '\\' ? ReadEscape() : _text[_at++]);
        }

        if (isQuoted && _at++ >= _text.Length) throw Wrong("the file ends within a quoted string");
        return isQuoted || _at > start ? text.ToString() : throw Wrong($"expected {expected}");
    }

    /// <summary><c>\DDD</c> is a decimal octet, <c>\x</c> any other character.</summary>
    private char ReadEscape()
    {
        if (++_at >= _text.Length) throw Wrong("the file ends within an escape");
        if (!char.IsAsciiDigit(Peek)) return _text[_at++];
        if (_at + 3 > _text.Length || !byte.TryParse(_text.AsSpan(_at, 3), System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out byte octet))
            throw Wrong("an escape of digits has three of them, at most 255");
        _at += 3;
        return (char)octet;
    }

    private void SkipComma()
    {
        Skip();
        if (Peek == ',')
        {
            _at++;
            Skip();
        }
    }

    private void Skip()
    {
        for (; _at < _text.Length; _at++)
        {
            if (Peek is '#' or ';')
            {
                while (_at < _text.Length && Peek != '\n') _at++;
            }

            if (_at < _text.Length && Peek == '\n') StartLine();
            else if (_at == _text.Length || !IsBlank(Peek)) return;
        }
    }

    private void StartLine() => (_line, _lineStart) = (_line + 1, _at + 1);

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n' or '\v' or '\f';

    private InputException Wrong(string what) => new($"{Here}: {what}");
}
