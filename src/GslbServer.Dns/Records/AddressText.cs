using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Addresses as RFC 1035 section 3.4.1 and RFC 4291 section 2.2 write them, and nothing more lenient: no zone index, no brackets, no octal.</summary>
internal static class AddressText
{
    /// <param name="address">4 octets.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParseIPv4(ReadOnlySpan<char> text, Span<byte> address)
    {
        int part = 0, value = -1, digits = 0;
        foreach (char c in text)
        {
            if (c == '.')
            {
                if (digits == 0 || part == 3)
                    return false;
                address[part++] = (byte)value;
                (value, digits) = (-1, 0);
                continue;
            }
            // A leading zero would mean octal to some readers.
            if (!char.IsAsciiDigit(c) || digits > 0 && value == 0)
                return false;
            value = (digits == 0 ? 0 : value * 10) + (c - '0');
            digits++;
            if (value > 255)
                return false;
        }
        if (part != 3 || digits == 0)
            return false;
        address[3] = (byte)value;
        return true;
    }

    /// <param name="address">16 octets.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParseIPv6(ReadOnlySpan<char> text, Span<byte> address)
    {
        Span<ushort> groups = stackalloc ushort[8];
        int count = 0, gapAt = -1;
        if (text.StartsWith("::"))
        {
            gapAt = 0;
            text = text[2..];
        }
        while (!text.IsEmpty)
        {
            if (count == 8)
                return false;
            int end = text.IndexOf(':');
            ReadOnlySpan<char> group = end < 0 ? text : text[..end];
            if (end < 0 && group.Contains('.'))
                return count <= 6 && TryEndWithIPv4(group, groups, ref count) && TrySpread(groups[..count], gapAt, address);
            if (!TryParseGroup(group, out groups[count]))
                return false;
            count++;
            if (end < 0)
                break;
            text = text[(end + 1)..];
            if (text.StartsWith(':'))
            {
                if (gapAt >= 0)
                    return false;
                gapAt = count;
                text = text[1..];
            }
            else if (text.IsEmpty)
            {
                return false;
            }
        }
        return TrySpread(groups[..count], gapAt, address);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryParseGroup(ReadOnlySpan<char> text, out ushort value)
    {
        value = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
            value = (ushort)(value << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10));
        }
        return text.Length is >= 1 and <= 4;
    }

    private static bool TryEndWithIPv4(ReadOnlySpan<char> text, Span<ushort> groups, ref int count)
    {
        Span<byte> last = stackalloc byte[4];
        if (!TryParseIPv4(text, last))
            return false;
        groups[count++] = BinaryPrimitives.ReadUInt16BigEndian(last);
        groups[count++] = BinaryPrimitives.ReadUInt16BigEndian(last[2..]);
        return true;
    }

    /// <summary>Puts the groups around the <c>::</c>, which stands for at least one group of zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TrySpread(ReadOnlySpan<ushort> groups, int gapAt, Span<byte> address)
    {
        if (gapAt < 0 ? groups.Length != 8 : groups.Length > 7)
            return false;
        address[..16].Clear();
        for (int i = 0; i < groups.Length; i++)
        {
            int place = gapAt < 0 || i < gapAt ? i : 8 - groups.Length + i;
            BinaryPrimitives.WriteUInt16BigEndian(address[(place * 2)..], groups[i]);
        }
        return true;
    }
}
