using System.Text;

namespace GslbServer.Balancer;

/// <summary>Octets in settings: a text as UTF-8, or <c>hex:0a0b</c>.</summary>
internal static class Payload
{
    private const string Hex = "hex:";

    public static bool TryParse(string text, out byte[] octets)
    {
        if (!text.StartsWith(Hex, StringComparison.OrdinalIgnoreCase))
        {
            octets = Encoding.UTF8.GetBytes(text);
            return true;
        }

        string digits = text[Hex.Length..];
        bool isHex = digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit);
        octets = isHex ? Convert.FromHexString(digits) : [];
        return isHex;
    }

    public static byte[] Parse(string text) => TryParse(text, out byte[] octets) ? octets : throw new FormatException(text);
}
