using System.Globalization;

namespace GslbServer.Dns;

/// <summary>Classes (RFC 1035 section 3.2.4, RFC 6895 section 3.2). Zones are of class IN alone.</summary>
public static class RecordClass
{
    public const ushort Internet = 1, Chaos = 3, Hesiod = 4, None = 254, Any = 255;

    /// <summary>Reads IN, CH, HS (CHAOS, HESIOD), or <c>CLASS</c> and a number (RFC 3597 section 5).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ushort number)
    {
        number = text.Length switch
        {
            2 when text.Equals("IN", StringComparison.OrdinalIgnoreCase) => Internet,
            2 when text.Equals("CH", StringComparison.OrdinalIgnoreCase) => Chaos,
            2 when text.Equals("HS", StringComparison.OrdinalIgnoreCase) => Hesiod,
            5 when text.Equals("CHAOS", StringComparison.OrdinalIgnoreCase) => Chaos,
            6 when text.Equals("HESIOD", StringComparison.OrdinalIgnoreCase) => Hesiod,
            _ => 0,
        };
        return number != 0 || text.Length > 5 && text.StartsWith("CLASS", StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(text[5..], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
