using System.Globalization;
using System.Net;

namespace GslbServer.Steering;

public enum LatencyKeyKind : byte
{
    None, IPv4, IPv6, AsnInCountry, Country,
}

/// <summary>Whom a round trip is known of: a prefix, an AS within a country, or a country. One word: kind (8 bits), value (48), prefix length (8), so that sorting puts
/// prefixes in address order, each before those inside it.</summary>
/// <param name="Bits">Foreign ones may be anything; see <see cref="IsValid"/>.</param>
public readonly record struct LatencyKey(ulong Bits) : IComparable<LatencyKey>
{
    /// <summary>What one client, or one resolver, is known by: the longest prefix that an answer may be scoped to (RFC 7871 section 11.1).</summary>
    public const int NarrowIPv4 = 24;

    public const int NarrowIPv6 = 48;

    private const ulong ValueMask = (1UL << 48) - 1;

    public LatencyKeyKind Kind => (LatencyKeyKind)(Bits >> 56);

    public int Length => (int)(Bits & 0xFF);

    public bool IsPrefix => Kind is LatencyKeyKind.IPv4 or LatencyKeyKind.IPv6;

    /// <summary>A prefix as long as clients are told apart.</summary>
    public bool IsNarrow => Kind switch
    {
        LatencyKeyKind.IPv4 => Length == NarrowIPv4,
        LatencyKeyKind.IPv6 => Length == NarrowIPv6,
        _ => false,
    };

    /// <summary>Left-aligned first address of a prefix.</summary>
    public UInt128 Address => (UInt128)Value << 80;

    /// <summary>0 for a country.</summary>
    public uint Asn => Kind == LatencyKeyKind.AsnInCountry ? (uint)(Value >> 16) : 0;

    /// <summary>ISO 3166-1 alpha-2; empty for prefixes, and for an AS wherever it is.</summary>
    public string CountryCode => Kind is LatencyKeyKind.AsnInCountry or LatencyKeyKind.Country && (Value & 0xFFFF) != 0
        ? $"{(char)((Value >> 8) & 0xFF)}{(char)(Value & 0xFF)}" : "";

    /// <summary>Whether this is a word that the methods here make.</summary>
    public bool IsValid => Kind switch
    {
        LatencyKeyKind.IPv4 => Length <= NarrowIPv4 && PrefixBits.Mask(Address, Length) == Address,
        LatencyKeyKind.IPv6 => Length <= NarrowIPv6 && PrefixBits.Mask(Address, Length) == Address,
        LatencyKeyKind.AsnInCountry => Length == 0 && Asn != 0 && (IsCountry(Value & 0xFFFF) || (Value & 0xFFFF) == 0),
        LatencyKeyKind.Country => Length == 0 && IsCountry(Value),
        _ => false,
    };

    private ulong Value => (Bits >> 8) & ValueMask;

    /// <summary>The /24 or /48 around a client or resolver.</summary>
    public static LatencyKey Of(in Client client) => Prefix(client.IsIPv6, client.Address, client.IsIPv6 ? NarrowIPv6 : NarrowIPv4);

    /// <param name="address">Left-aligned; bits beyond the prefix do not count.</param>
    /// <param name="length">At most 24 or 48.</param>
    public static LatencyKey Prefix(bool isIPv6, UInt128 address, int length)
        => Make(isIPv6 ? LatencyKeyKind.IPv6 : LatencyKeyKind.IPv4, (ulong)(PrefixBits.Mask(address, length) >> 80), length);

    /// <param name="country">Two letters, or empty for the AS wherever it is.</param>
    public static LatencyKey AsnInCountry(uint asn, string country) => Make(LatencyKeyKind.AsnInCountry, ((ulong)asn << 16) | Letters(country), 0);

    public static LatencyKey Country(string country) => Make(LatencyKeyKind.Country, Letters(country), 0);

    /// <summary>The prefix of this length around this prefix.</summary>
    public LatencyKey Widen(int length) => Prefix(Kind == LatencyKeyKind.IPv6, Address, length);

    public int CompareTo(LatencyKey other) => Bits.CompareTo(other.Bits);

    /// <summary><c>192.0.2.0/24</c>, <c>AS64500</c>, <c>AS64500-DE</c> or <c>DE</c>.</summary>
    public override string ToString() => Kind switch
    {
        LatencyKeyKind.IPv4 or LatencyKeyKind.IPv6 => $"{new Client(Kind == LatencyKeyKind.IPv6, Address, 0, default).ToAddress()}/{Length}",
        LatencyKeyKind.AsnInCountry => CountryCode.Length > 0 ? $"AS{Asn}-{CountryCode}" : $"AS{Asn}",
        _ => CountryCode,
    };

    /// <summary>Reads what <see cref="ToString"/> writes; a longer prefix is widened to what clients are told apart by.</summary>
    public static bool TryParse(string text, out LatencyKey key)
    {
        key = default;
        if (text.Contains('/'))
        {
            if (!IPNetwork.TryParse(text, out IPNetwork network) || network.BaseAddress.IsIPv4MappedToIPv6)
                return false;
            Client client = Client.From(network, default);
            key = Prefix(client.IsIPv6, client.Address, Math.Min(client.PrefixLength, client.IsIPv6 ? NarrowIPv6 : NarrowIPv4));
            return true;
        }

        string upper = text.ToUpperInvariant();
        if (upper.Length == 2 && upper.All(char.IsAsciiLetter))
        {
            key = Country(upper);
            return true;
        }

        int dash = upper.IndexOf('-');
        string country = dash < 0 ? "" : upper[(dash + 1)..];
        bool isAsn = upper.StartsWith("AS", StringComparison.Ordinal) && (dash < 0 || (country.Length == 2 && country.All(char.IsAsciiLetter)))
            && uint.TryParse(upper[2..(dash < 0 ? upper.Length : dash)], NumberStyles.None, CultureInfo.InvariantCulture, out uint asn) && asn > 0
            && (key = AsnInCountry(asn, country)).IsValid;
        return isAsn;
    }

    private static LatencyKey Make(LatencyKeyKind kind, ulong value, int length) => new(((ulong)kind << 56) | (value << 8) | (uint)length);

    private static ulong Letters(string country) => country.Length == 2 ? ((ulong)(byte)country[0] << 8) | (byte)country[1] : 0;

    private static bool IsCountry(ulong letters) => letters >> 16 == 0 && char.IsAsciiLetterUpper((char)(letters >> 8)) && char.IsAsciiLetterUpper((char)(letters & 0xFF));
}
