using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GslbServer.Dns;

/// <summary>Octets of a character-string between presentation format and wire (RFC 1035 sections 3.3 and 5.1): length octet, then up to 255 octets.</summary>
internal static class CharacterString
{
    public const int MaxLength = 255;

    /// <summary>Reads the escape whose backslash stands at <paramref name="at"/> and leaves it on the escape's last character.</summary>
    /// <returns>False for three digits above 255, fewer than three digits, or a backslash at the end.</returns>
    public static bool TryUnescape(ReadOnlySpan<char> text, ref int at, out int octet)
    {
        octet = 0;
        if (at + 1 >= text.Length)
            return false;
        if (!char.IsAsciiDigit(text[at + 1]))
        {
            octet = text[++at];
            return true;
        }
        if (at + 3 >= text.Length || !char.IsAsciiDigit(text[at + 2]) || !char.IsAsciiDigit(text[at + 3]))
            return false;
        octet = (text[at + 1] - '0') * 100 + (text[at + 2] - '0') * 10 + (text[at + 3] - '0');
        at += 3;
        return octet <= 255;
    }

    /// <summary>Undoes escapes and writes the octets, without a length octet.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, RdataBuffer wire, [NotNullWhen(false)] out string? error)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int octet = text[i];
            if (octet == '\\' && !TryUnescape(text, ref i, out octet))
            {
                error = $"\"{Excerpt.Of(text)}\" has a bad escape; after a backslash comes a character or three digits up to 255";
                return false;
            }
            if (octet > 255)
            {
                error = $"\"{Excerpt.Of(text)}\" has a character above 255; expected octets, others as \\DDD";
                return false;
            }
            wire.WriteUInt8((uint)octet);
        }
        error = null;
        return true;
    }

    /// <summary>As <see cref="TryDecode"/>, each octet one character.</summary>
    public static bool TryDecodeToString(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? decoded, [NotNullWhen(false)] out string? error)
    {
        var buffer = new RdataBuffer(text.Length);
        decoded = TryDecode(text, buffer, out error) ? Encoding.Latin1.GetString(buffer.Written) : null;
        return decoded is not null;
    }

    /// <summary>The character-strings of well-formed RDATA, each octet one character.</summary>
    public static List<string> Split(ReadOnlySpan<byte> rdata)
    {
        var strings = new List<string>();
        for (; !rdata.IsEmpty; rdata = rdata[(1 + rdata[0])..])
            strings.Add(Encoding.Latin1.GetString(rdata.Slice(1, rdata[0])));
        return strings;
    }

    /// <summary>Writes <c>\DDD</c>.</summary>
    public static void AppendDecimalEscape(StringBuilder text, byte octet)
        => text.Append('\\').Append((char)('0' + octet / 100)).Append((char)('0' + octet / 10 % 10)).Append((char)('0' + octet % 10));

    /// <summary>Writes the octets between quotes.</summary>
    public static void AppendQuoted(StringBuilder text, ReadOnlySpan<byte> octets)
    {
        text.Append('"');
        foreach (byte octet in octets)
        {
            if (octet is (byte)'"' or (byte)'\\')
                text.Append('\\').Append((char)octet);
            else if (octet is >= 32 and < 127)
                text.Append((char)octet);
            else
                AppendDecimalEscape(text, octet);
        }
        text.Append('"');
    }
}
