using System.Text;

namespace GslbServer.Steering;

/// <summary>One line of a CSV, split as RFC 4180 says, with the column each field starts in.</summary>
internal sealed class GeoCsvRow
{
    private readonly List<(string Text, int Column)> _fields = [];
    private readonly List<GeoCsvError> _errors;
    private int[] _fieldOf = [];

    public GeoCsvRow(int line, string text, List<GeoCsvError> errors)
    {
        Line = line;
        _errors = errors;
        int at = 0;
        do
        {
            while (at < text.Length && text[at] is ' ' or '\t') at++;
            int column = at + 1;
            _fields.Add((at < text.Length && text[at] == '"' ? Quoted(text, ref at) : Plain(text, ref at), column));
        }
        while (at++ < text.Length);
    }

    public int Line { get; }

    /// <summary>Fields as they stand.</summary>
    public int Count => _fields.Count;

    /// <summary>A field by its meaning; empty when the line has none.</summary>
    public string this[int meaning] => _fieldOf[meaning] < 0 ? "" : _fields[_fieldOf[meaning]].Text;

    public string Raw(int field) => _fields[field].Text;

    /// <summary>Of a header: which of the known columns each field names; -1 for one that is unknown. That, and one that stands there twice, is reported.</summary>
    public int[] Columns(string[] known)
    {
        int[] columns = new int[Count];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = Array.IndexOf(known, Raw(i).ToLowerInvariant());
            if (columns[i] < 0) ErrorAt(i, $"unknown column \"{Raw(i)}\"; expected {string.Join(", ", known)}");
            else if (Array.IndexOf(columns, columns[i]) < i) ErrorAt(i, $"column \"{Raw(i)}\" stands there twice");
        }

        return columns;
    }

    /// <param name="columns">The meaning of each field, from the header.</param>
    public void Assign(int[] columns, int meanings)
    {
        _fieldOf = new int[meanings];
        Array.Fill(_fieldOf, -1);
        for (int i = 0; i < Math.Min(columns.Length, Count); i++)
        {
            if (columns[i] >= 0) _fieldOf[columns[i]] = i;
        }

        if (Count > columns.Length) ErrorAt(columns.Length, $"a line of {Count} fields; the header names {columns.Length}");
    }

    /// <summary>All that the line says, from one meaning on: equal lines have equal keys.</summary>
    public string Key(int from)
    {
        var key = new StringBuilder();
        for (int meaning = from; meaning < _fieldOf.Length; meaning++) key.Append(this[meaning]).Append('\n');
        return key.ToString();
    }

    public void Error(int meaning, string message) => ErrorAt(Math.Max(0, _fieldOf[meaning]), message);

    public void ErrorAt(int field, string message) => _errors.Add(new GeoCsvError(Line, _fields[Math.Min(field, Count - 1)].Column, message));

    private static string Plain(string text, ref int at)
    {
        int end = text.IndexOf(',', at);
        if (end < 0) end = text.Length;
        string field = text[at..end].TrimEnd();
        at = end;
        return field;
    }

    private string Quoted(string text, ref int at)
    {
        int opened = at++;
        var field = new StringBuilder();
        while (at < text.Length && (text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"')))
        {
            if (text[at] == '"') at++;
            field.Append(text[at++]);
        }

        if (at == text.Length) _errors.Add(new GeoCsvError(Line, opened + 1, "a quoted field without its closing quote"));
        else at++;
        int behind = at;
        string rest = Plain(text, ref at);
        if (!string.IsNullOrWhiteSpace(rest)) _errors.Add(new GeoCsvError(Line, behind + 1, $"\"{rest}\" behind a closing quote"));
        return field.ToString();
    }
}
