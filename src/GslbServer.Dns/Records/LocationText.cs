using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace GslbServer.Dns;

/// <summary>LOC between presentation format and wire (RFC 1876): version 0, size, horizontal and vertical precision (one digit and a power of ten, cm),
/// latitude, longitude (thousandths of an arc second, 2^31 is zero), altitude (cm above 100 km below the WGS 84 spheroid).</summary>
internal static class LocationText
{
    private const uint Zero = 1U << 31;
    private const long BelowSpheroid = 10_000_000;
    private static readonly ulong[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    /// <param name="wrong">Index of the word that <paramref name="error"/> is about; the count of words when one is missing.</param>
    public static bool TryParse(ReadOnlySpan<string> words, RdataBuffer wire, out int wrong, [NotNullWhen(false)] out string? error)
    {
        wrong = 0;
        if (!TryReadAngle(words, ref wrong, 90, 'N', 'S', out uint latitude))
            return Fail("expected the latitude: degrees [minutes [seconds]] N or S", out error);
        if (!TryReadAngle(words, ref wrong, 180, 'E', 'W', out uint longitude))
            return Fail("expected the longitude: degrees [minutes [seconds]] E or W", out error);
        if (wrong == words.Length || !TryReadMetres(words[wrong], out long altitude) || altitude is < -BelowSpheroid or > uint.MaxValue - BelowSpheroid)
            return Fail("expected the altitude in metres, -100000.00 to 42849672.95", out error);
        wrong++;
        // Defaults of RFC 1876 section 3: 1 m, 10 km, 10 m, in centimetres.
        Span<long> sizes = [100, 1_000_000, 1_000];
        for (int i = 0; i < sizes.Length && wrong < words.Length; i++, wrong++)
            if (!TryReadMetres(words[wrong], out sizes[i]) || sizes[i] is < 0 or > 9_000_000_000)
                return Fail("expected a size or precision in metres, 0 to 90000000.00", out error);
        if (wrong < words.Length)
            return Fail("expected the end of the line after the vertical precision", out error);

        wire.WriteUInt8(0);
        foreach (long size in sizes)
            wire.WriteUInt8(ToDigitAndPower(size));
        wire.WriteUInt32(latitude);
        wire.WriteUInt32(longitude);
        wire.WriteUInt32((uint)(altitude + BelowSpheroid));
        error = null;
        return true;
    }

    /// <returns>False for other than 16 octets, another version, or values out of range.</returns>
    public static bool TryAppend(StringBuilder text, ReadOnlySpan<byte> rdata)
    {
        if (rdata.Length != 16 || rdata[0] != 0)
            return false;
        if (!TryAppendAngle(text, BinaryPrimitives.ReadUInt32BigEndian(rdata[4..]), 90, 'N', 'S')
            || !TryAppendAngle(text, BinaryPrimitives.ReadUInt32BigEndian(rdata[8..]), 180, 'E', 'W'))
            return false;
        AppendMetres(text, BinaryPrimitives.ReadUInt32BigEndian(rdata[12..]) - BelowSpheroid, alwaysDecimals: true);
        foreach (byte size in rdata[1..4])
        {
            if (size >> 4 > 9 || (size & 15) > 9)
                return false;
            text.Append(' ');
            AppendMetres(text, (long)((ulong)(size >> 4) * PowersOfTen[size & 15]), alwaysDecimals: false);
        }
        return true;
    }

    private static bool TryReadAngle(ReadOnlySpan<string> words, ref int at, uint maxDegrees, char positive, char negative, out uint angle)
    {
        angle = 0;
        Span<uint> limits = [maxDegrees, 59, 59_999];
        uint thousandths = 0;
        for (int part = 0; part <= 3; part++, at++)
        {
            if (at == words.Length)
                return false;
            char hemisphere = words[at].Length == 1 ? char.ToUpperInvariant(words[at][0]) : '\0';
            if (part > 0 && (hemisphere == positive || hemisphere == negative))
            {
                at++;
                angle = hemisphere == positive ? Zero + thousandths : Zero - thousandths;
                return thousandths <= maxDegrees * 3_600_000;
            }
            if (part == 3 || !TryReadDecimal(words[at], part == 2 ? 3 : 0, out long value) || value < 0 || value > limits[part])
                return false;
            thousandths += (uint)value * (part switch { 0 => 3_600_000U, 1 => 60_000U, _ => 1U });
        }
        return false;
    }

    private static bool TryReadMetres(string word, out long centimetres)
        => TryReadDecimal(word.EndsWith('m') || word.EndsWith('M') ? word.AsSpan()[..^1] : word, 2, out centimetres);

    /// <summary>A decimal number as an integer of its last allowed place; more places are no such number.</summary>
    private static bool TryReadDecimal(ReadOnlySpan<char> text, int places, out long value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        bool isDecimal = decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out decimal number)
            && Math.Abs(number) < 1_000_000_000;
        decimal scaled = isDecimal ? number * PowersOfTen[places] : 0;
        value = (long)scaled;
        return isDecimal && value == scaled;
    }

    /// <summary>One digit and a power of ten; what does not fit in one digit is cut off, as the RFC's own code does.</summary>
    private static uint ToDigitAndPower(long centimetres)
    {
        uint power = 0;
        for (; centimetres >= 10; centimetres /= 10)
            power++;
        return (uint)centimetres << 4 | power;
    }

    private static bool TryAppendAngle(StringBuilder text, uint angle, uint maxDegrees, char positive, char negative)
    {
        uint thousandths = angle >= Zero ? angle - Zero : Zero - angle;
        (uint degrees, uint minutes, uint seconds) = (thousandths / 3_600_000, thousandths / 60_000 % 60, thousandths / 1000 % 60);
        char hemisphere = angle >= Zero ? positive : negative;
        text.Append(CultureInfo.InvariantCulture, $"{degrees} {minutes} {seconds}.{thousandths % 1000:000} {hemisphere} ");
        return thousandths <= maxDegrees * 3_600_000;
    }

    private static void AppendMetres(StringBuilder text, long centimetres, bool alwaysDecimals)
    {
        if (centimetres < 0)
            text.Append('-');
        centimetres = Math.Abs(centimetres);
        text.Append(centimetres / 100);
        if (alwaysDecimals || centimetres % 100 != 0)
            text.Append(CultureInfo.InvariantCulture, $".{centimetres % 100:00}");
        text.Append('m');
    }

    private static bool Fail(string expected, out string error)
    {
        error = expected;
        return false;
    }
}
