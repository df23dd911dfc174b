namespace GslbServer;

/// <summary>Colours where somebody looks, plain text where a program reads.</summary>
internal readonly record struct Terminal(bool HasColor)
{
    public string Good(string text) => Paint("32", text);

    public string Bad(string text) => Paint("31", text);

    public string Warning(string text) => Paint("33", text);

    public string Strong(string text) => Paint("1", text);

    public string Faint(string text) => Paint("2", text);

    /// <summary>SGR sequences of ECMA-48 section 8.3.117.</summary>
    private string Paint(string code, string text) => HasColor && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
