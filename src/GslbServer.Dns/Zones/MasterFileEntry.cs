using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>One entry of a master file (RFC 1035 section 5.1), a directive or a record: the tokens of a line, or of several that parentheses join.
/// One object is filled again and again.</summary>
internal sealed class MasterFileEntry
{
    private MasterFileToken[] _tokens = new MasterFileToken[32];

    /// <summary>The text that tokens point into, until the next entry is read.</summary>
    public char[] Text { get; private set; } = [];

    public int Count { get; private set; }

    /// <summary>The line begins with a blank: the owner is that of the record before.</summary>
    public bool StartsWithBlank { get; private set; }

    /// <summary>What the lexer could not accept, with its place; null for an entry that can be read.</summary>
    public string? Error { get; private set; }

    public int ErrorLine { get; private set; }

    public int ErrorColumn { get; private set; }

    public ref readonly MasterFileToken this[int index] => ref _tokens[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<char> TextOf(int index) => Text.AsSpan(_tokens[index].Start, _tokens[index].Length);

    public void Begin(char[] text, bool startsWithBlank)
    {
        Text = text;
        StartsWithBlank = startsWithBlank;
        Count = 0;
        Error = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in MasterFileToken token)
    {
        if (Count == _tokens.Length)
            Array.Resize(ref _tokens, Count * 2);
        _tokens[Count++] = token;
    }

    /// <summary>Keeps the first error only: the rest of an entry that is broken says little.</summary>
    public void Fail(int line, int column, string error)
    {
        if (Error is not null)
            return;
        Error = error;
        ErrorLine = line;
        ErrorColumn = column;
    }
}
