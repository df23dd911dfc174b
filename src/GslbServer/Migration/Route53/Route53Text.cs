using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Names and values as Route 53 has them, as a zone file has them. In Route 53 an escape of digits is octal, not decimal, and a name is absolute with or
/// without its final dot.</summary>
/// <remarks>Amazon Route 53 Developer Guide, "DNS domain name format" and "Supported DNS record types" (TXT record type).</remarks>
internal static class Route53Text
{
    private const int OctalDigits = 3, HighestOctet = 255;

    /// <param name="error">What is wrong and what was expected; null when the result is true.</param>
    public static bool TryName(string text, [NotNullWhen(true)] out DomainName? name, [NotNullWhen(false)] out string? error)
    {
        name = null;
        int control = text.AsSpan().IndexOfAnyInRange('\0', '\x1F');
        if (control >= 0)
        {
            error = $"a name with {Named(text[control])}; expected an escape, \\{Convert.ToString(text[control], 8).PadLeft(OctalDigits, '0')}";
            return false;
        }

        return TryRewrite(text, isName: true, out string? rewritten, out _, out error) && DomainName.TryParse(rewritten, DomainName.Root, out name, out error);
    }

    /// <summary>A value as RDATA of a zone file, of one line, its names absolute.</summary>
    /// <param name="control">A control character that stands in it as it is, which Route 53 itself takes in no value: it becomes an escape; null for none.</param>
    /// <param name="error">What is wrong and what was expected; null when the result is true.</param>
    public static bool TryRdata(RecordType type, string value, [NotNullWhen(true)] out string? rdata, out string? control, [NotNullWhen(false)] out string? error)
    {
        rdata = null;
        if (!TryRewrite(value, isName: false, out string? rewritten, out char? found, out error) || !RdataText.TryParse(type, rewritten, DomainName.Root, out byte[]? wire, out error))
        {
            control = null;
            return false;
        }

        control = found is { } c ? Named(c) : null;
        rdata = RdataText.Format(type, wire);
        return true;
    }

    /// <summary>Escapes as a master file has them; what would end a word or a line there, and would not in Route 53, is escaped too.</summary>
    private static bool TryRewrite(string text, bool isName, [NotNullWhen(true)] out string? rewritten, out char? control, [NotNullWhen(false)] out string? error)
    {
        (rewritten, control, error) = (null, null, null);
        var output = new StringBuilder(text.Length);
        bool isQuoted = false;
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '\\')
            {
                if (!TryEscape(text, ref at, output, out error)) return false;
            }
            else if (c == '"' && !isName)
            {
                isQuoted = !isQuoted;
                output.Append(c);
            }
            else if (char.IsControl(c) && c <= 0x7F && c != '\t' && !isQuoted)
            {
                error = $"it has {Named(c)} outside quotes; expected a value of one line";
                return false;
            }
            else
            {
                if (char.IsControl(c) && (c != '\t' || isQuoted)) control ??= c;
                if (!isQuoted && c is ';' or '(' or ')' or '@') output.Append('\\');
                AppendOctets(output, text, ref at);
            }
        }

        rewritten = output.ToString();
        return true;
    }

    /// <summary><c>\ddd</c> is an octet in octal, <c>\x</c> any other character.</summary>
    private static bool TryEscape(string text, ref int at, StringBuilder output, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (at + 1 < text.Length && !char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            if (text[at] is > ' ' and <= '~') output.Append('\\').Append(text[at]);
            else AppendOctets(output, text, ref at, always: true);
            return true;
        }

        string digits = text.Substring(at + 1, Math.Min(OctalDigits, text.Length - at - 1));
        if (digits.Length < OctalDigits || digits.Any(digit => digit is < '0' or > '7') || Convert.ToInt32(digits, 8) is > HighestOctet and var _)
        {
            error = $"\"\\{string.Concat(digits.Select(c => char.IsControl(c) ? '?' : c))}\" is no escape of Route 53; expected three octal digits up to \\377, or a character that is no digit";
            return false;
        }

        output.Append(CultureInfo.InvariantCulture, $"\\{Convert.ToInt32(digits, 8):000}");
        at += OctalDigits;
        return true;
    }

    /// <summary>The character as it is, or the octets of UTF-8 as decimal escapes.</summary>
    private static void AppendOctets(StringBuilder output, string text, ref int at, bool always = false)
    {
        if (!always && text[at] is (>= ' ' and <= '~') or '\t')
        {
            // A tab within quotes is an octet of the text; outside it is a blank, and either way a blank ends no line.
            output.Append(text[at]);
            return;
        }

        bool isPair = char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
        foreach (byte octet in Encoding.UTF8.GetBytes(text.Substring(at, isPair ? 2 : 1))) output.Append(CultureInfo.InvariantCulture, $"\\{octet:000}");
        if (isPair) at++;
    }

    private static string Named(char control) => control is '\n' or '\r' ? "a line break" : string.Create(CultureInfo.InvariantCulture, $"a control character (U+{(int)control:X4})");
}
