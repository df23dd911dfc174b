using System.Buffers;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Cuts a master file into entries (RFC 1035 section 5.1): comments, parentheses over lines, quoted strings and escapes are understood here. A line
/// ends with LF, CR LF or CR. <see cref="FormatScanner"/>, which must lose none of what is passed over here, is held to the same records by its tests.</summary>
internal sealed class MasterFileLexer
{
    /// <summary>How often a parenthesis that is never closed is forgiven: each costs reading the rest of the file again.</summary>
    private const int MaxRewinds = 100;

    /// <summary>Characters read at once: an array that is no large object yet.</summary>
    private const int BlockLength = 32 * 1024;

    private static readonly SearchValues<char> InQuotes = SearchValues.Create("\"\\\r\n");

    private readonly CharacterBudget? _budget;
    private TextReader? _source; // null when all of it is in the window
    private char[] _window;
    private int _end; // of what is read of the window
    private int _at;
    private int _line = 1;
    private int _lineStart; // may lie before the window
    private int _rewinds;

    /// <summary>Reads as it goes, and keeps no more than a block and the entry at hand.</summary>
    public MasterFileLexer(TextReader source, CharacterBudget budget)
    {
        (_source, _budget, _window) = (source, budget, new char[BlockLength]);
        Fill(0);
        PassByteOrderMark();
    }

    public MasterFileLexer(string text)
    {
        (_window, _end) = (text.ToCharArray(), text.Length);
        PassByteOrderMark();
    }

    /// <summary>The source goes on behind the characters allowed; what stands there is not read.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Where reading goes on, in the window; in the text where all of it is there.</summary>
    public int Position => _at;

    /// <summary>Reads the next entry that has tokens or an error; false at the end of the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryNext(MasterFileEntry entry)
    {
        while (_at < _end || _source is not null)
        {
            (int start, int line, int lineStart) = (_at, _line, _lineStart);
            ReadEntry(entry);
            // At the end of the window nobody knows whether the entry is whole: it is read again when there is more.
            while (_at >= _end && _source is not null)
            {
                (_at, _line, _lineStart) = (0, line, lineStart - start);
                Fill(start);
                (start, lineStart) = (0, _lineStart);
                ReadEntry(entry);
            }
            if (entry.Count > 0 || entry.Error is not null)
                return true;
        }
        return false;
    }

    /// <summary>Drops what stands before the entry at hand, or makes room where that is everything, and reads on.</summary>
    private void Fill(int from)
    {
        if (_source is null)
            return;
        _window.AsSpan(from.._end).CopyTo(_window);
        _end -= from;
        if (_end == _window.Length)
            Array.Resize(ref _window, _window.Length * 2);
        int count = _source.ReadBlock(_window.AsSpan(_end));
        IsTooLong = !(_budget?.TryTake(count) ?? true);
        _end = IsTooLong ? 0 : _end + count;
        if (_end < _window.Length)
            _source = null;
    }

    /// <summary>One character, or the three octets of UTF-8.</summary>
    private void PassByteOrderMark()
    {
        ReadOnlySpan<char> text = _window.AsSpan(0, _end);
        _at = _lineStart = text.StartsWith("\uFEFF") ? 1 : text.StartsWith("\u00EF\u00BB\u00BF") ? 3 : 0;
    }

    private int Column => _at - _lineStart + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadEntry(MasterFileEntry entry)
    {
        // A form feed parts the pages of a listing; it is no blank that stands for an owner.
        while (_at < _end && _window[_at] == '\f')
            _at++;
        entry.Begin(_window, _at < _end && _window[_at] is ' ' or '\t' or '\v');

        int depth = 0;
        (int Line, int Column, int NextLineAt) opened = default;
        bool isAdjacent = false;
        while (_at < _end)
        {
            switch (_window[_at])
            {
                case ' ' or '\t' or '\f' or '\v':
                    _at++;
                    isAdjacent = false;
                    continue;
                case '\r' or '\n':
                    PassLineEnd();
                    if (depth == 0)
                        return;
                    if (opened.NextLineAt == 0)
                        opened.NextLineAt = _at;
                    isAdjacent = false;
                    continue;
                case ';':
                    int end = _window.AsSpan(_at.._end).IndexOfAny('\r', '\n');
                    _at = end < 0 ? _end : _at + end;
                    continue;
                case '(':
                    if (depth++ == 0)
                        opened = (_line, Column, 0);
                    _at++;
                    isAdjacent = false;
                    continue;
                case ')':
                    if (depth == 0)
                        entry.Fail(_line, Column, "a closing parenthesis without an opening one");
                    else
                        depth--;
                    _at++;
                    isAdjacent = false;
                    continue;
                case '"':
                    ReadQuoted(entry, isAdjacent);
                    break;
                default:
                    ReadBare(entry, isAdjacent);
                    break;
            }
            isAdjacent = true;
            if (entry.Count > DnsLimits.TokensPerRecord)
            {
                entry.Fail(_line, Column, $"an entry of more than {DnsLimits.TokensPerRecord} words");
                break;
            }
        }
        bool isWhole = _at < _end || _source is null;
        if (isWhole && (depth > 0 || entry.Count > DnsLimits.TokensPerRecord))
            GiveUp(entry, depth > 0, opened);
    }

    /// <summary>The entry does not end: it is an error where its parenthesis opened, and reading goes on behind that line, or the rest would be lost.</summary>
    private void GiveUp(MasterFileEntry entry, bool isOpen, (int Line, int Column, int NextLineAt) opened)
    {
        if (isOpen)
            entry.Fail(opened.Line, opened.Column, "a parenthesis that is never closed; expected ) before the end of the file");
        if (!isOpen)
        {
            int lineEnd = _window.AsSpan(_at.._end).IndexOfAny('\r', '\n');
            _at = lineEnd < 0 ? _end : _at + lineEnd;
        }
        else if (opened.NextLineAt > 0 && _rewinds++ < MaxRewinds)
        {
            _at = _lineStart = opened.NextLineAt;
            _line = opened.Line + 1;
        }
        else
        {
            _at = _end;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadBare(MasterFileEntry entry, bool isAdjacent)
    {
        int start = _at;
        while (true)
        {
            // Bare tokens are short: looking at each character costs less than a search.
            while (_at < _end && !EndsBareToken(_window[_at]))
                _at++;
            if (_at >= _end || _window[_at] != '\\')
                break;
            _at++;
            if (_at < _end && _window[_at] is not ('\r' or '\n'))
                _at++;
        }
        entry.Add(new(start, _at - start, _line, start - _lineStart + 1, IsQuoted: false, isAdjacent));
    }

    private static bool EndsBareToken(char c) => c is ' ' or '\t' or '\f' or '\v' or '\r' or '\n' or ';' or '(' or ')' or '"' or '\\';

    private void ReadQuoted(MasterFileEntry entry, bool isAdjacent)
    {
        int line = _line, column = Column, start = ++_at;
        while (true)
        {
            int length = _window.AsSpan(_at.._end).IndexOfAny(InQuotes);
            _at = length < 0 ? _end : _at + length;
            if (_at < _end && _window[_at] == '\\' && _at + 1 < _end)
            {
                _at++;
                if (_window[_at] is '\r' or '\n')
                    PassLineEnd();
                else
                    _at++;
                continue;
            }
            break;
        }
        entry.Add(new(start, _at - start, line, column, IsQuoted: true, isAdjacent));
        bool isClosed = _at < _end && _window[_at] == '"';
        if (!isClosed)
            entry.Fail(line, column, "a quote that is not closed; expected \" before the end of the line");
        // Past the quote, or past a backslash that is the file's last character.
        if (isClosed || _at < _end && _window[_at] == '\\')
            _at++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PassLineEnd()
    {
        bool isPair = _window[_at] == '\r' && _at + 1 < _end && _window[_at + 1] == '\n';
        _at += isPair ? 2 : 1;
        _line++;
        _lineStart = _at;
    }
}
