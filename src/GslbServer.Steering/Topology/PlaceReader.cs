using System.Globalization;
using System.Net;

namespace GslbServer.Steering;

/// <summary>A PLACE as written, not yet with its targets.</summary>
internal readonly record struct Place(PlaceKind Kind, string Code, uint Asn, IPNetwork Network)
{
    public override string ToString() => Kind switch
    {
        PlaceKind.Network => Network.ToString(),
        PlaceKind.Asn => $"AS{Asn}",
        PlaceKind.EuropeanEconomicArea => "EEA",
        PlaceKind.Anywhere => "*",
        _ => Code,
    };
}

/// <summary>Reads a PLACE: a CIDR, <c>AS64500</c>, <c>US-CA</c>, a country, a continent, <c>EEA</c> or <c>*</c> (zones/README.md, Words).</summary>
internal static class PlaceReader
{
    /// <returns>Null when read; otherwise what is wrong and what was expected.</returns>
    public static string? TryRead(string text, out Place place)
    {
        place = new Place(PlaceKind.Anywhere, "", 0, default);
        if (text == "*")
            return null;
        if (text.Contains('/') || text.Contains(':') || (text.Contains('.') && IPAddress.TryParse(text, out _)))
            return ReadNetwork(text, ref place);

        string code = text.ToUpperInvariant();
        if (code == "EEA")
        {
            place = place with { Kind = PlaceKind.EuropeanEconomicArea };
            return null;
        }

        if (code.Length > 2 && code.StartsWith("AS", StringComparison.Ordinal) && char.IsAsciiDigit(code[2]))
            return ReadAsn(code, ref place);
        if (code.Contains('-'))
            return ReadSubdivision(code, ref place);
        if (Countries.Continents.Contains(code))
        {
            place = place with { Kind = PlaceKind.Continent, Code = code };
            return null;
        }

        if (Countries.IsAlpha2(code) || Countries.FromAlpha3(code) is not null)
        {
            place = place with { Kind = PlaceKind.Country, Code = code.Length == 2 ? code : Countries.FromAlpha3(code) ?? code };
            return null;
        }

        return $"unknown place \"{text}\": expected a network (203.0.113.0/24), an AS number (AS64500), a subdivision (US-CA), a country (DE or DEU), "
            + "a continent (AF AN AS EU NA OC SA), EEA or *" + (code == "UK" ? "; the United Kingdom is GB" : "");
    }

    private static string? ReadNetwork(string text, ref Place place)
    {
        string[] parts = text.Split('/');
        if (parts.Length != 2 || !IPAddress.TryParse(parts[0], out IPAddress? address) || (!parts[0].Contains(':') && parts[0].Count(c => c == '.') != 3)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > address.GetAddressBytes().Length * 8)
        {
            return $"\"{text}\" is not a network: expected address/length, such as 203.0.113.0/24 or 2001:db8::/32";
        }

        UInt128 bits = Client.From(address).Address;
        UInt128 prefix = PrefixBits.Mask(bits, length);
        if (prefix != bits)
            return $"\"{text}\" has bits set beyond its length {length}, did you mean \"{new Client(address.GetAddressBytes().Length == 16, prefix, 0, default).ToAddress()}/{length}\"?";

        place = place with { Kind = PlaceKind.Network, Network = new IPNetwork(address, length) };
        return null;
    }

    private static string? ReadAsn(string code, ref Place place)
    {
        if (!uint.TryParse(code.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out uint asn) || asn == 0)
            return $"\"{code}\" is not an AS number: expected AS1 to AS4294967295";
        place = place with { Kind = PlaceKind.Asn, Asn = asn };
        return null;
    }

    private static string? ReadSubdivision(string code, ref Place place)
    {
        string[] parts = code.Split('-');
        if (parts.Length != 2 || parts[1].Length is 0 or > 3 || !parts[1].All(char.IsAsciiLetterOrDigit))
            return $"\"{code}\" is not a subdivision: expected ISO 3166-2, such as US-CA or GB-ENG";
        if (!Countries.IsAlpha2(parts[0]))
            return $"\"{code}\" names the unknown country {parts[0]}: expected ISO 3166-2, such as US-CA or GB-ENG";
        if (Subdivisions.Of(parts[0]) is { } known && !known.Contains(parts[1]))
            return $"unknown subdivision \"{code}\" of {parts[0]}: expected one of {string.Join(" ", known)} (ISO 3166-2)";
        place = place with { Kind = PlaceKind.Subdivision, Code = code };
        return null;
    }
}
