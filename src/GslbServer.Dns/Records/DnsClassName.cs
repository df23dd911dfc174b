using System.Globalization;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Class mnemonics as master files write them. Zones are of class IN alone; the others are known so that a message can say so.</summary>
internal static class DnsClassName
{
    private const ushort Hesiod = 4;

    /// <summary>Reads IN, CH, HS (CHAOS, HESIOD) in any case, or <c>CLASS</c> and a number (RFC 3597 section 5).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParse(ReadOnlySpan<char> text, out ushort number)
    {
        number = text.Length switch
        {
            2 when text.Equals("IN", StringComparison.OrdinalIgnoreCase) => DnsClass.In,
            2 when text.Equals("CH", StringComparison.OrdinalIgnoreCase) => DnsClass.Ch,
            2 when text.Equals("HS", StringComparison.OrdinalIgnoreCase) => Hesiod,
            5 when text.Equals("CHAOS", StringComparison.OrdinalIgnoreCase) => DnsClass.Ch,
            6 when text.Equals("HESIOD", StringComparison.OrdinalIgnoreCase) => Hesiod,
            _ => 0,
        };
        return number != 0 || text.Length > 5 && text.StartsWith("CLASS", StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(text[5..], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
