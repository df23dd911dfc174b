using System.Globalization;
using System.Net;

namespace GslbServer.Steering;

/// <summary>Where a geo CSV is wrong. Line and column count from 1.</summary>
public readonly record struct GeoCsvError(int Line, int Column, string Message)
{
    public override string ToString() => $"{Line}:{Column}: {Message}";
}

/// <summary>A geo database written by hand: a CSV with one network a line, turned into a MaxMind DB.</summary>
/// <remarks>The first line that is neither blank nor a comment (<c>#</c>) names the columns, in any order: <c>network</c>, and any of
/// <c>continent</c>, <c>country</c>,
/// <c>subdivision</c> (<c>CA</c> or <c>US-CA</c>), <c>city</c>, <c>latitude</c>, <c>longitude</c>, <c>asn</c>, <c>organization</c>. Empty means
/// unknown. Networks nest: for an address the line of
/// the longest network counts, whole. Fields may be quoted as in RFC 4180, but stay on their line.</remarks>
public static class GeoCsv
{
    private const int MappedBits = 96;

    private static readonly string[] Columns = ["network", "continent", "country", "subdivision", "city", "latitude", "longitude", "asn", "organization"];

    private static readonly string[] Continents = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];

    /// <summary>Reads the CSV and, without errors, builds the database.</summary>
    /// <param name="databaseType">See <see cref="MmdbWriter"/>.</param>
    /// <returns>The octets of the file, null when there are errors; and all errors, in order.</returns>
    public static (byte[]? Database, IReadOnlyList<GeoCsvError> Errors) Build(string csv, string databaseType, string description, DateTimeOffset builtAt)
    {
        List<GeoCsvError> errors = [];
        var writer = new MmdbWriter(databaseType, description, builtAt);
        Dictionary<IPNetwork, int> lines = [];
        Dictionary<string, KeyValuePair<string, object>[]> records = [];
        int[]? columns = null;
        int number = 0;
        foreach (string line in csv.Split('\n'))
        {
            number++;
            string text = line.TrimEnd('\r');
            if (string.IsNullOrWhiteSpace(text) || text.TrimStart().StartsWith('#')) continue;
            var row = new GeoCsvRow(number, text, errors);
            if (columns is null)
            {
                columns = Header(row);
                continue;
            }

            row.Assign(columns, Columns.Length);
            int before = errors.Count;
            IPNetwork? network = Network(row, lines);
            string recordKey = row.Key(from: 1);
            if (!records.TryGetValue(recordKey, out KeyValuePair<string, object>[]? record)) record = Record(row);
            if (errors.Count > before || network is not { } valid) continue;
            records[recordKey] = record;
            writer.Add(valid, record);
        }

        if (columns is null) errors.Add(new GeoCsvError(number, 1, $"no header; expected a line such as {string.Join(',', Columns)}"));
        return (errors.Count == 0 ? writer.ToBytes() : null, errors);
    }

    /// <summary>Which of <see cref="Columns"/> each field of a line is; -1 for one that is unknown (and reported).</summary>
    private static int[] Header(GeoCsvRow row)
    {
        int[] columns = row.Columns(Columns);

        if (!columns.Contains(0)) row.ErrorAt(0, "no column \"network\"; every line needs one");
        return columns;
    }

    private static IPNetwork? Network(GeoCsvRow row, Dictionary<IPNetwork, int> lines)
    {
        if (ParseNetwork(row[0], out IPNetwork network) is { } problem) row.Error(0, problem);
        else if (lines.TryAdd(network, row.Line)) return network;
        else row.Error(0, $"{network} stands in line {lines[network]} already");
        return null;
    }

    /// <returns>What is wrong; null when nothing is.</returns>
    private static string? ParseNetwork(string text, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/');
        string host = slash < 0 ? text : text[..slash];
        // IPAddress takes "10" for 0.0.0.10, which nobody means.
        bool isAddress = IPAddress.TryParse(host, out IPAddress? address) && (host.Contains(':') || host.Count('.') == 3);
        if (!isAddress || address is null) return $"\"{text}\" is not a network; expected one such as 192.0.2.0/24 or 2001:db8::/32";
        int bits = address.GetAddressBytes().Length * 8;
        int length = bits;
        if (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length))
            return $"\"{text[(slash + 1)..]}\" is no prefix length";
        if (length > bits) return $"a prefix length of {length}; expected at most {bits}";
        network = new IPNetwork(address, length);
        // A database has IPv4 at ::/96, and nothing at ::ffff:0:0/96 (RFC 4291 section 2.5.5.2).
        if (address.IsIPv4MappedToIPv6 && length >= MappedBits)
            return $"{text} is a network of IPv4; expected {address.MapToIPv4()}/{length - MappedBits}";
        return network.BaseAddress.Equals(address) ? null : $"{text} has bits behind its prefix; expected {network}";
    }

    private static KeyValuePair<string, object>[] Record(GeoCsvRow row)
    {
        string continent = row[1].ToUpperInvariant();
        if (continent.Length > 0 && !Continents.Contains(continent))
            row.Error(1, $"\"{row[1]}\" is no continent; expected one of {string.Join(' ', Continents)}");
        string country = row[2].ToUpperInvariant();
        if (country.Length > 0 && (country.Length != 2 || !country.All(char.IsAsciiLetter)))
            row.Error(2, $"\"{row[2]}\" is no country; expected two letters (ISO 3166-1 alpha-2)");
        else if (country.Length > 0 && Countries.ToAlpha3(country) is null)
            row.Error(2, $"\"{row[2]}\" is no country of ISO 3166-1");
        string subdivision = Subdivision(row, country);
        double? latitude = Degrees(row, 5, 90);
        double? longitude = Degrees(row, 6, 180);
        if (row[5].Length > 0 != row[6].Length > 0) row.Error(row[5].Length > 0 ? 6 : 5, "latitude and longitude go together");
        uint? asn = Asn(row);

        List<KeyValuePair<string, object>> record = [];
        if (asn is { } number) record.Add(new("autonomous_system_number", number));
        if (row[8].Length > 0) record.Add(new("autonomous_system_organization", row[8]));
        if (row[4].Length > 0) record.Add(new("city", Map("names", Map("en", row[4]))));
        if (continent.Length > 0) record.Add(new("continent", Map("code", continent)));
        if (country.Length > 0) record.Add(new("country", Map("iso_code", country)));
        if (latitude is { } north && longitude is { } east)
            record.Add(new("location", new KeyValuePair<string, object>[] { new("latitude", north), new("longitude", east) }));
        if (subdivision.Length > 0) record.Add(new("subdivisions", new object[] { Map("iso_code", subdivision) }));
        return [.. record];
    }

    private static KeyValuePair<string, object>[] Map(string key, object value) => [new(key, value)];

    private static string Subdivision(GeoCsvRow row, string country)
    {
        string text = row[3].ToUpperInvariant();
        if (text.Length == 0) return "";
        if (country.Length == 0) row.Error(3, "a subdivision needs a country");
        string code = text.StartsWith(country + "-", StringComparison.Ordinal) ? text[(country.Length + 1)..] : text;
        if (code.Length is < 1 or > 3 || !code.All(char.IsAsciiLetterOrDigit))
            row.Error(3, $"\"{row[3]}\" is no subdivision of {country}; expected one to three letters or digits (ISO 3166-2), without or behind the country");
        return code;
    }

    private static double? Degrees(GeoCsvRow row, int column, int limit)
    {
        string text = row[column];
        if (text.Length == 0) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double degrees) && Math.Abs(degrees) <= limit) return degrees;
        row.Error(column, $"\"{text}\" is no {Columns[column]}; expected degrees between -{limit} and {limit}");
        return null;
    }

    private static uint? Asn(GeoCsvRow row)
    {
        string text = row[7];
        if (text.Length == 0) return null;
        ReadOnlySpan<char> digits = text.StartsWith("AS", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        if (uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint asn) && asn > 0) return asn;
        row.Error(7, $"\"{text}\" is no ASN; expected 1 to 4294967295");
        return null;
    }
}
