using System.Globalization;
using System.Text;

namespace GslbServer;

/// <summary>Text that may come from anywhere, made harmless: a terminal obeys what it is shown.</summary>
internal static class PlainText
{
    /// <summary>Every control character becomes <c>?</c>, C1 (ECMA-48 section 5.3) and what turns the direction of text (Unicode TR 36) included.</summary>
    public static string Of(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 ? text : string.Concat(text.Select(c => IsHarmless(c) ? c : '?'));

    /// <summary>As <see cref="Of"/>, but for the colours of <see cref="Terminal"/>, where they are wanted, and line ends and tabs where those are.</summary>
    public static string Painted(string text, bool keepColour, bool keepLines = false)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            int colour = keepColour && text[i] == '\e' ? Terminal.LengthOfColour(text.AsSpan(i)) : 0;
            if (colour > 0)
            {
                clean.Append(text, i, colour);
                i += colour - 1;
            }
            else
            {
                clean.Append(IsHarmless(text[i]) || (keepLines && text[i] is '\n' or '\r' or '\t') ? text[i] : '?');
            }
        }

        return clean.ToString();
    }

    private static bool IsHarmless(char c) => !char.IsControl(c) && !(CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format && c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069')
        && c is not ('\u2028' or '\u2029');
}
