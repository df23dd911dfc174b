using System.Globalization;

namespace GslbServer.Dns;

/// <summary>Names of service parameters (RFC 9460 section 14.3.2, IANA "DNS Service Bindings").</summary>
internal static class ServiceParameterKey
{
    public const ushort Mandatory = 0, Alpn = 1, NoDefaultAlpn = 2, Port = 3, IPv4Hint = 4, Ech = 5, IPv6Hint = 6, DohPath = 7, Ohttp = 8,
        TlsSupportedGroups = 9, Invalid = 65535;

    private static readonly string[] Names =
    [
        "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp", "tls-supported-groups",
    ];

    public static string NameOf(ushort key) => key < Names.Length ? Names[key] : $"key{key}";

    /// <summary>A name in lower case, or <c>key</c> and a number without leading zeros; key65535 is reserved as invalid.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ushort key)
    {
        for (key = 0; key < Names.Length; key++)
            if (text.SequenceEqual(Names[key]))
                return true;
        return text.StartsWith("key") && (text.Length == 4 || text.Length > 4 && text[3] != '0')
            && ushort.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out key) && key != Invalid;
    }
}
