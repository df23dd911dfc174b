namespace GslbServer;

/// <summary>Colours where somebody looks, plain text where a program reads.</summary>
internal readonly record struct Terminal(bool HasColor)
{
    public string Good(string text) => Paint("32", text);

    public string Bad(string text) => Paint("31", text);

    public string Warning(string text) => Paint("33", text);

    public string Strong(string text) => Paint("1", text);

    public string Faint(string text) => Paint("2", text);

    /// <summary>Of the sequence at the begin of a text, if it is one that these colours are made of; else 0.</summary>
    public static int LengthOfColour(ReadOnlySpan<char> text)
    {
        foreach (string sequence in (ReadOnlySpan<string>)["\e[0m", "\e[1m", "\e[2m", "\e[31m", "\e[32m", "\e[33m"])
        {
            if (text.StartsWith(sequence, StringComparison.Ordinal))
            {
                return sequence.Length;
            }
        }

        return 0;
    }

    /// <summary>SGR sequences of ECMA-48 section 8.3.117.</summary>
    private string Paint(string code, string text) => HasColor && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
