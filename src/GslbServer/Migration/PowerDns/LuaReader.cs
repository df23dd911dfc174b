using System.Globalization;
using System.Text;

namespace GslbServer;

/// <summary>Reads the code of a LUA record as far as it is a choice: an expression, or with a leading <c>;</c> statements of <c>if</c> and <c>return</c>.</summary>
internal sealed class LuaReader
{
    /// <summary>Nobody's record comes near it.</summary>
    private const int MostNested = 32;

    private readonly string _text;
    private int _at;
    private int _depth;

    private LuaReader(string text) => _text = text;

    /// <returns>Null for what is more, with what stood there in <paramref name="problem"/>.</returns>
    public static LuaNode? TryRead(string code, out string? problem)
    {
        try
        {
            var reader = new LuaReader(code);
            problem = null;
            LuaNode node = reader.Takes(";") ? reader.Block() : reader.Expression();
            reader.Takes(";");
            return reader._at == reader._text.Length ? node : throw reader.Wrong();
        }
        catch (FormatException e)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <summary>Up to the first return that is always reached.</summary>
    private LuaNode Block()
    {
        if (++_depth > MostNested) throw new FormatException($"code more than {MostNested} deep");
        LuaNode node = TakesWord("if") ? If() : TakesWord("return") ? Expression() : throw Wrong();
        while (Takes(";"))
        {
        }

        _depth--;
        return node;
    }

    private LuaIf If()
    {
        LuaNode condition = Expression();
        if (!TakesWord("then")) throw Wrong();
        LuaNode then = Block();
        if (TakesWord("elseif")) return new LuaIf(condition, then, Nested(If));
        LuaNode? otherwise = TakesWord("else") ? Block() : null;
        if (!TakesWord("end")) throw Wrong();
        while (Takes(";"))
        {
        }

        // What stands behind an if without else is reached by those whom it does not hold.
        return new LuaIf(condition, then, otherwise ?? (IsWord("if") || IsWord("return") ? Nested(Block) : null));
    }

    private LuaNode Nested(Func<LuaNode> read)
    {
        if (++_depth > MostNested) throw new FormatException($"code more than {MostNested} deep");
        LuaNode node = read();
        _depth--;
        return node;
    }

    private LuaNode Expression()
    {
        List<LuaNode> any = [Nested(Primary)];
        while (TakesWord("or")) any.Add(Nested(Primary));
        return any is [var one] ? one : new LuaOr(any);
    }

    private LuaNode Primary()
    {
        Skip();
        if (Takes("("))
        {
            LuaNode inner = Expression();
            return Takes(")") ? inner : throw Wrong();
        }

        char c = Peek;
        if (c is '\'' or '"') return new LuaText(Quoted());
        if (c == '{') return Table();
        if (char.IsAsciiDigit(c) || c is '.' or '-') return Number();
        string name = Word();
        if (name.Length == 0) throw Wrong();
        _at += name.Length;
        return Takes("(") ? new LuaCall(name, Arguments()) : new LuaName(name);
    }

    private List<LuaNode> Arguments()
    {
        List<LuaNode> arguments = [];
        while (!Takes(")"))
        {
            if (arguments.Count > 0 && !Takes(",")) throw Wrong();
            arguments.Add(Expression());
        }

        return arguments;
    }

    private LuaTable Table()
    {
        _at++;
        List<(string?, LuaNode)> items = [];
        while (!Takes("}"))
        {
            string? key = null;
            int start = _at;
            if (Takes("["))
            {
                key = Expression() is LuaText text && Takes("]") ? text.Text : throw Wrong();
            }
            else if (Word() is { Length: > 0 } word)
            {
                _at += word.Length;
                key = word;
            }

            if (key is not null && !Takes("=")) (key, _at) = (null, start);
            items.Add((key, Expression()));
            if (!Takes(",") && !Takes(";") && Peek != '}') throw Wrong();
        }

        return new LuaTable(items);
    }

    private LuaNumber Number()
    {
        int end = _at + 1;
        while (end < _text.Length && (char.IsAsciiDigit(_text[end]) || _text[end] == '.')) end++;
        if (!double.TryParse(_text.AsSpan(_at, end - _at), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) throw Wrong();
        _at = end;
        return new LuaNumber(value);
    }

    private string Quoted()
    {
        char quote = _text[_at++];
        var text = new StringBuilder();
        while (Peek != quote)
        {
            if (_at + 1 >= _text.Length) throw new FormatException("a text without an end");
            if (Peek == '\\') _at++;
            text.Append(_text[_at++]);
        }

        _at++;
        return text.ToString();
    }

    private char Peek => _at < _text.Length ? _text[_at] : '\0';

    private string Word()
    {
        Skip();
        int end = _at;
        while (end < _text.Length && (char.IsAsciiLetter(_text[end]) || _text[end] == '_' || (end > _at && char.IsAsciiDigit(_text[end])))) end++;
        return _text[_at..end];
    }

    private bool IsWord(string word) => Word() == word;

    private bool TakesWord(string word)
    {
        if (!IsWord(word)) return false;
        _at += word.Length;
        return true;
    }

    private bool Takes(string symbol)
    {
        Skip();
        if (string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) != 0) return false;
        _at += symbol.Length;
        Skip();
        return true;
    }

    private void Skip()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
    }

    private FormatException Wrong() => new(_at < _text.Length ? $"\"{_text[_at..Math.Min(_text.Length, _at + 20)]}\"" : "an end too early");
}
