using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace GslbServer.Dns;

/// <summary>Names between presentation format (RFC 1035 section 5.1) and wire form.</summary>
internal static class NameText
{
    private const int MaxLabelLength = 63;

    /// <summary>Reads a name into a buffer; a lone <c>@</c> is the origin, without a final dot the origin is appended.</summary>
    /// <param name="origin">Wire form, final zero included.</param>
    /// <param name="wire">At least <see cref="DomainName.MaxLength"/> octets.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParse(ReadOnlySpan<char> text, ReadOnlySpan<byte> origin, Span<byte> wire, out int length, [NotNullWhen(false)] out string? error)
    {
        length = 0;
        if (text is "@")
            return TryAppend(text, origin, wire, ref length, out error);
        if (text is ".")
            return TryAppend(text, [0], wire, ref length, out error);
        if (text.IsEmpty)
            return Fail(text, "it is empty", out error);

        int labelStart = 0, at = 1;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '.')
            {
                int labelLength = at - labelStart - 1;
                if (labelLength == 0)
                    return Fail(text, "a label is empty", out error);
                wire[labelStart] = (byte)labelLength;
                labelStart = at++;
                continue;
            }
            int octet = c;
            if (c == '\\' && !CharacterString.TryUnescape(text, ref i, out octet))
                return Fail(text, @"after a backslash comes a character or three digits up to 255", out error);
            if (octet > 255)
                return Fail(text, @"it has a character above 255; write international names as A-labels (xn--...)", out error);
            if (at - labelStart > MaxLabelLength)
                return Fail(text, "a label is longer than 63 octets", out error);
            if (at >= DomainName.MaxLength - 1)
                return Fail(text, "it is longer than 255 octets", out error);
            wire[at++] = (byte)octet;
        }

        int last = at - labelStart - 1;
        if (last == 0)
        {
            length = labelStart;
            return TryAppend(text, [0], wire, ref length, out error);
        }
        wire[labelStart] = (byte)last;
        length = at;
        return TryAppend(text, origin, wire, ref length, out error);
    }

    /// <summary>Presentation format with the final dot; what a master file could misread is escaped.</summary>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> wire)
    {
        if (wire[0] == 0)
        {
            text.Append('.');
            return;
        }
        for (int label = 0; wire[label] != 0; label += 1 + wire[label])
        {
            foreach (byte octet in wire.Slice(label + 1, wire[label]))
            {
                if (octet is (byte)'.' or (byte)'\\' or (byte)'"' or (byte)';' or (byte)'(' or (byte)')' or (byte)'@' or (byte)'$')
                    text.Append('\\').Append((char)octet);
                else if (octet is > 32 and < 127)
                    text.Append((char)octet);
                else
                    CharacterString.AppendDecimalEscape(text, octet);
            }
            text.Append('.');
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryAppend(ReadOnlySpan<char> text, ReadOnlySpan<byte> origin, Span<byte> wire, ref int length, [NotNullWhen(false)] out string? error)
    {
        if (length + origin.Length > DomainName.MaxLength)
            return Fail(text, "with its origin it is longer than 255 octets", out error);
        origin.CopyTo(wire[length..]);
        length += origin.Length;
        error = null;
        return true;
    }

    private static bool Fail(ReadOnlySpan<char> text, string why, out string error)
    {
        error = $"\"{Excerpt.Of(text)}\" is no domain name: {why}";
        return false;
    }
}
