using System.Globalization;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Fields that are one token without escapes: numbers, addresses, mnemonics.</summary>
internal static class RdataScalars
{
    /// <returns>False, with nothing written, when the text is no such value.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryWrite(RdataFieldKind kind, ReadOnlySpan<char> text, RdataBuffer wire)
    {
        uint value;
        switch (kind)
        {
            case RdataFieldKind.UInt8:
                if (!TryParseNumber(text, byte.MaxValue, out value))
                    return false;
                wire.WriteUInt8(value);
                return true;
            case RdataFieldKind.UInt16:
                if (!TryParseNumber(text, ushort.MaxValue, out value))
                    return false;
                wire.WriteUInt16(value);
                return true;
            case RdataFieldKind.UInt32:
                if (!TryParseNumber(text, uint.MaxValue, out value))
                    return false;
                wire.WriteUInt32(value);
                return true;
            case RdataFieldKind.Seconds:
                if (!TtlText.TryParse(text, out ulong seconds) || seconds > TtlText.Max)
                    return false;
                wire.WriteUInt32((uint)seconds);
                return true;
            case RdataFieldKind.Time:
                if (!TryParseTime(text, out value))
                    return false;
                wire.WriteUInt32(value);
                return true;
            case RdataFieldKind.IPv4:
                Span<byte> address = stackalloc byte[4];
                if (!AddressText.TryParseIPv4(text, address))
                    return false;
                wire.Write(address);
                return true;
            case RdataFieldKind.IPv6:
                Span<byte> wide = stackalloc byte[16];
                if (!AddressText.TryParseIPv6(text, wide))
                    return false;
                wire.Write(wide);
                return true;
            case RdataFieldKind.Type:
                if (!RecordTypeName.TryParse(text, out RecordType type))
                    return false;
                wire.WriteUInt16((uint)type);
                return true;
            case RdataFieldKind.Algorithm:
                if (!TryParseNumber(text, byte.MaxValue, out value) && !Mnemonics.TryParseAlgorithm(text, out value))
                    return false;
                wire.WriteUInt8(value);
                return true;
            case RdataFieldKind.CertificateType:
                if (!TryParseNumber(text, ushort.MaxValue, out value) && !Mnemonics.TryParseCertificateType(text, out value))
                    return false;
                wire.WriteUInt16(value);
                return true;
            case RdataFieldKind.Salt:
                return TryWriteSalt(text, wire);
            case RdataFieldKind.Base32Hash:
                return Base32Hex.TryWriteCounted(text, wire);
            case RdataFieldKind.Eui48:
                return TryWriteGroups(text, wire, '-', groups: 6, digits: 2);
            case RdataFieldKind.Eui64:
                return TryWriteGroups(text, wire, '-', groups: 8, digits: 2);
            case RdataFieldKind.Locator64:
                return TryWriteGroups(text, wire, ':', groups: 4, digits: 4);
            default:
                return false;
        }
    }

    public static bool TryParseNumber(ReadOnlySpan<char> text, uint max, out uint value)
        => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;

    /// <summary>14 digits are a calendar time, anything shorter is seconds since 1970, modulo 2^32 (RFC 4034 section 3.2).</summary>
    private static bool TryParseTime(ReadOnlySpan<char> text, out uint seconds)
    {
        if (text.Length != 14)
            return TryParseNumber(text, uint.MaxValue, out seconds);
        bool isTime = DateTime.TryParseExact(text, "yyyyMMddHHmmss", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time);
        seconds = (uint)((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond);
        return isTime;
    }

    private static bool TryWriteSalt(ReadOnlySpan<char> text, RdataBuffer wire)
    {
        if (text is "-")
            text = [];
        else if (text.IsEmpty)
            return false;
        Span<byte> salt = stackalloc byte[255];
        if (text.Length > 510 || Convert.FromHexString(text, salt, out _, out int length) != System.Buffers.OperationStatus.Done)
            return false;
        wire.WriteUInt8((uint)length);
        wire.Write(salt[..length]);
        return true;
    }

    /// <summary>Groups of hexadecimal digits; a group of two makes one octet, one of up to four makes two.</summary>
    private static bool TryWriteGroups(ReadOnlySpan<char> text, RdataBuffer wire, char separator, int groups, int digits)
    {
        Span<ushort> values = stackalloc ushort[8];
        int count = 0;
        foreach (Range part in text.Split(separator))
        {
            ReadOnlySpan<char> group = text[part];
            bool isGroup = digits == 2 ? group.Length == 2 : group.Length is >= 1 and <= 4;
            if (count == groups || !isGroup || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out values[count]))
                return false;
            count++;
        }
        if (count != groups)
            return false;
        foreach (ushort value in values[..count])
        {
            if (digits == 2)
                wire.WriteUInt8(value);
            else
                wire.WriteUInt16(value);
        }
        return true;
    }
}
