namespace GslbServer.Dns;

/// <summary>Tokens of a file in BIND's form: words, strings in quotes, braces and semicolons; comments as in C, C++ and the shell are passed over.</summary>
internal sealed class TsigKeyLexer(string text)
{
    private int _at;
    private int _line = 1;
    private int _lineStart;

    /// <summary>The token, quotes left out.</summary>
    public string Text { get; private set; } = "";

    /// <summary>From 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>From 1, in characters.</summary>
    public int Column { get; private set; } = 1;

    /// <returns>False at the end.</returns>
    public bool TryNext()
    {
        SkipBlanks();
        (Line, Column) = (_line, _at - _lineStart + 1);
        if (_at >= text.Length) return false;
        char first = text[_at];
        if (first is '{' or '}' or ';')
        {
            Text = text[_at++..][..1];
        }
        else if (first == '"')
        {
            int end = text.IndexOfAny(['"', '\n'], ++_at);
            Text = end < 0 ? text[_at..] : text[_at..end];
            _at = end < 0 ? text.Length : text[end] == '"' ? end + 1 : end;
        }
        else
        {
            int start = _at;
            while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && text[_at] is not ('{' or '}' or ';' or '"') && !StartsComment()) _at++;
            Text = text[start.._at];
        }
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (text[_at] == '\n') (_line, _lineStart) = (_line + 1, ++_at);
            else if (char.IsWhiteSpace(text[_at])) _at++;
            else if (!StartsComment()) return;
            else SkipComment();
        }
    }

    private bool StartsComment() => text[_at] == '#' || (text[_at] == '/' && _at + 1 < text.Length && text[_at + 1] is '/' or '*');

    private void SkipComment()
    {
        bool isBlock = text[_at] == '/' && text[_at + 1] == '*';
        int end = isBlock ? text.IndexOf("*/", _at + 2, StringComparison.Ordinal) : text.IndexOf('\n', _at);
        end = end < 0 ? text.Length : isBlock ? end + 2 : end;
        for (; _at < end; _at++)
        {
            if (text[_at] == '\n') (_line, _lineStart) = (_line + 1, _at + 1);
        }
    }
}
