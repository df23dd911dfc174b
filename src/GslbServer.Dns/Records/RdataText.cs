using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;

namespace GslbServer.Dns;

/// <summary>RDATA between wire form and presentation format.</summary>
public static class RdataText
{
    /// <summary>Presentation format; <c>\# length hex</c> (RFC 3597) for types without one here, and for octets not well-formed for their type.</summary>
    public static string Format(RecordType type, ReadOnlySpan<byte> rdata) => TryFormat(type, rdata, out string? text) ? text : FormatGeneric(rdata);

    /// <summary>The generic form of RFC 3597 section 5, for any type.</summary>
    public static string FormatGeneric(ReadOnlySpan<byte> rdata)
        => rdata.IsEmpty ? @"\# 0" : string.Create(CultureInfo.InvariantCulture, $@"\# {rdata.Length} {Convert.ToHexString(rdata)}");

    /// <summary>Reads presentation format, or the generic form.</summary>
    /// <param name="text">The RDATA alone; may have parentheses, quotes and comments, as in a file.</param>
    /// <param name="error">What is wrong, for people; null when the result is true.</param>
    public static bool TryParse(RecordType type, string text, DomainName origin, [NotNullWhen(true)] out byte[]? rdata, [NotNullWhen(false)] out string? error)
    {
        var entry = new MasterFileEntry();
        var parser = new RdataParser();
        var lexer = new MasterFileLexer(text);
        _ = lexer.TryNext(entry);
        error = entry.Error ?? (parser.TryParse(type, entry, 0, origin) ? null : parser.Error);
        if (error is null && lexer.TryNext(new()))
            error = "more than one line";
        rdata = error is null ? parser.Rdata.ToArray() : null;
        return rdata is not null && error is null;
    }

    /// <returns>False when the type has no presentation format here, or these octets are not well-formed for it.</returns>
    internal static bool TryFormat(RecordType type, ReadOnlySpan<byte> rdata, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (RdataShape.Of(type) is not { } shape)
            return false;
        var builder = new StringBuilder(rdata.Length * 2);
        foreach (RdataField field in shape)
        {
            if (builder.Length > 0 && field.Kind is not (RdataFieldKind.TypeBitmap or RdataFieldKind.ServiceParameters))
                builder.Append(' ');
            int taken = AppendField(builder, field.Kind, rdata);
            if (taken < 0)
                return false;
            rdata = rdata[taken..];
        }
        text = builder.ToString();
        return rdata.IsEmpty;
    }

    /// <returns>Octets that the field takes, or -1 when they are not well-formed.</returns>
    private static int AppendField(StringBuilder text, RdataFieldKind kind, ReadOnlySpan<byte> rdata)
    {
        switch (kind)
        {
            case RdataFieldKind.Name:
                return AppendName(text, rdata);
            case RdataFieldKind.String or RdataFieldKind.Tag:
                return AppendString(text, rdata, inQuotes: kind == RdataFieldKind.String);
            case RdataFieldKind.Strings or RdataFieldKind.Words:
                return AppendStrings(text, rdata);
            case RdataFieldKind.Text:
                CharacterString.AppendQuoted(text, rdata);
                return rdata.Length;
            case RdataFieldKind.Hex:
                text.Append(Convert.ToHexString(rdata));
                return rdata.IsEmpty ? -1 : rdata.Length;
            case RdataFieldKind.Base64:
                text.Append(Convert.ToBase64String(rdata));
                return rdata.IsEmpty ? -1 : rdata.Length;
            case RdataFieldKind.Salt or RdataFieldKind.Base32Hash:
                return AppendCounted(text, rdata, isSalt: kind == RdataFieldKind.Salt);
            case RdataFieldKind.TypeBitmap:
                return TypeBitmap.TryAppend(text, rdata) ? rdata.Length : -1;
            case RdataFieldKind.Location:
                return LocationText.TryAppend(text, rdata) ? rdata.Length : -1;
            case RdataFieldKind.ServiceParameters:
                return AppendServiceParameters(text, rdata);
            default:
                return AppendScalar(text, kind, rdata);
        }
    }

    private static int AppendScalar(StringBuilder text, RdataFieldKind kind, ReadOnlySpan<byte> rdata)
    {
        int length = kind switch
        {
            RdataFieldKind.UInt8 or RdataFieldKind.Algorithm => 1,
            RdataFieldKind.UInt16 or RdataFieldKind.Type or RdataFieldKind.CertificateType => 2,
            RdataFieldKind.Eui48 => 6,
            RdataFieldKind.Eui64 or RdataFieldKind.Locator64 => 8,
            RdataFieldKind.IPv6 => 16,
            _ => 4,
        };
        if (rdata.Length < length)
            return -1;
        rdata = rdata[..length];
        switch (kind)
        {
            case RdataFieldKind.IPv4 or RdataFieldKind.IPv6:
                text.Append(new IPAddress(rdata));
                break;
            case RdataFieldKind.Type:
                text.Append(RecordTypeName.Of((RecordType)BinaryPrimitives.ReadUInt16BigEndian(rdata)));
                break;
            case RdataFieldKind.Time:
                text.Append(CultureInfo.InvariantCulture, $"{DateTime.UnixEpoch.AddSeconds(BinaryPrimitives.ReadUInt32BigEndian(rdata)):yyyyMMddHHmmss}");
                break;
            case RdataFieldKind.Seconds:
                uint seconds = BinaryPrimitives.ReadUInt32BigEndian(rdata);
                text.Append(seconds);
                return seconds <= TtlText.Max ? length : -1;
            case RdataFieldKind.Eui48 or RdataFieldKind.Eui64:
                text.Append(Convert.ToHexStringLower(rdata[..1]));
                foreach (byte octet in rdata[1..])
                    text.Append(CultureInfo.InvariantCulture, $"-{octet:x2}");
                break;
            case RdataFieldKind.Locator64:
                for (int i = 0; i < 8; i += 2)
                    text.Append(i == 0 ? "" : ":").Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16BigEndian(rdata[i..]):x}");
                break;
            default:
                uint number = 0;
                foreach (byte octet in rdata)
                    number = number << 8 | octet;
                text.Append(number);
                break;
        }
        return length;
    }

    private static int AppendName(StringBuilder text, ReadOnlySpan<byte> rdata)
    {
        int length = DomainName.MeasureWire(rdata);
        if (length == 0)
            return -1;
        NameText.Append(text, rdata[..length]);
        return length;
    }

    private static int AppendString(StringBuilder text, ReadOnlySpan<byte> rdata, bool inQuotes)
    {
        if (rdata.IsEmpty || rdata.Length < 1 + rdata[0])
            return -1;
        ReadOnlySpan<byte> octets = rdata.Slice(1, rdata[0]);
        if (inQuotes)
            CharacterString.AppendQuoted(text, octets);
        else
            foreach (byte octet in octets)
                text.Append((char)octet);
        return inQuotes || IsTag(octets) ? 1 + octets.Length : -1;
    }

    private static bool IsTag(ReadOnlySpan<byte> octets)
    {
        foreach (byte octet in octets)
            if (!char.IsAsciiLetterOrDigit((char)octet))
                return false;
        return true;
    }

    private static int AppendStrings(StringBuilder text, ReadOnlySpan<byte> rdata)
    {
        int at = 0;
        while (at < rdata.Length)
        {
            if (at > 0)
                text.Append(' ');
            int taken = AppendString(text, rdata[at..], inQuotes: true);
            if (taken < 0)
                return -1;
            at += taken;
        }
        return at == 0 ? -1 : at;
    }

    private static int AppendCounted(StringBuilder text, ReadOnlySpan<byte> rdata, bool isSalt)
    {
        if (rdata.IsEmpty || rdata.Length < 1 + rdata[0] || rdata[0] == 0 && !isSalt)
            return -1;
        ReadOnlySpan<byte> octets = rdata.Slice(1, rdata[0]);
        if (!isSalt)
            Base32Hex.Append(text, octets);
        else
            text.Append(octets.IsEmpty ? "-" : Convert.ToHexString(octets));
        return 1 + octets.Length;
    }

    private static int AppendServiceParameters(StringBuilder text, ReadOnlySpan<byte> rdata)
    {
        int at = 0, before = -1;
        while (at < rdata.Length)
        {
            if (rdata.Length - at < 4)
                return -1;
            ushort key = BinaryPrimitives.ReadUInt16BigEndian(rdata[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rdata[(at + 2)..]);
            if (key <= before || rdata.Length - at - 4 < length)
                return -1;
            text.Append(' ');
            if (!ServiceParameterText.TryAppend(text, key, rdata.Slice(at + 4, length)))
                return -1;
            before = key;
            at += 4 + length;
        }
        return at;
    }
}
