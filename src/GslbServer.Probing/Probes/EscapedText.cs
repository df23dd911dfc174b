using System.Globalization;
using System.Text;

namespace GslbServer.Probing;

/// <summary>The text of <c>send=</c> and <c>receive=</c>: UTF-8, with <c>\r \n \t \0 \\ \xHH</c>. In a zone file, whose own escapes are resolved first, the
/// backslash is written twice: <c>send=PING\\r\\n</c>.</summary>
internal static class EscapedText
{
    /// <summary>Escapes that are none of these stand for themselves.</summary>
    public static byte[] Octets(string text)
    {
        using var octets = new MemoryStream(text.Length);
        for (int i = 0; i < text.Length;)
        {
            int escape = text.IndexOf('\\', i);
            int plain = (escape < 0 ? text.Length : escape) - i;
            octets.Write(Encoding.UTF8.GetBytes(text, i, plain));
            i += plain;
            if (escape >= 0)
                i += Unescape(text.AsSpan(escape), octets);
        }
        return octets.ToArray();
    }

    /// <returns>How many characters it took.</returns>
    private static int Unescape(ReadOnlySpan<char> text, MemoryStream octets)
    {
        if (text.Length >= 4 && text[1] == 'x' && byte.TryParse(text[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet))
        {
            octets.WriteByte(octet);
            return 4;
        }
        int known = text.Length >= 2 ? "rnt0\\".IndexOf(text[1], StringComparison.Ordinal) : -1;
        octets.WriteByte(known < 0 ? (byte)'\\' : "\r\n\t\0\\"u8[known]);
        return known < 0 ? 1 : 2;
    }
}
