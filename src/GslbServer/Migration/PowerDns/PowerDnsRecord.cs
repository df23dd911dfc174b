using System.Globalization;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>A record of PowerDNS's geoip backend.</summary>
/// <param name="Type">In capitals.</param>
/// <param name="Data">As a zone file has it, names with their final dot.</param>
/// <param name="Weight">Null where none is given.</param>
internal sealed record PowerDnsRecord(string Type, string Data, uint Ttl, int? Weight, SourcePosition At)
{
    /// <summary>Weight of a record that has none, beside records that have.</summary>
    public const int DefaultWeight = 100;

    /// <summary>The end of an SOA that leaves it out: serial, refresh, retry, expire, minimum.</summary>
    private static readonly string[] SoaDefaults = ["1", "10800", "3600", "604800", "3600"];

    public bool IsAddress => Type is "A" or "AAAA" or "CNAME";

    /// <summary>It says something of the client, which a record of ours cannot.</summary>
    public bool HasPlaceholder { get; init; }

    /// <exception cref="InputException">It is none.</exception>
    public static PowerDnsRecord? Read(YamlValue item, uint ttl)
    {
        if (item.AsMap("a record: type and content").Entries is not [var (type, value), ..]) throw new InputException($"{item.At}: expected a record: type and content");
        YamlMap? map = value as YamlMap;
        YamlValue? content = map is null ? value : map["content"];
        // A name that only exists.
        if (content is null or YamlText { Text: null }) return null;
        int? weight = (int?)map?.Number("weight");
        if (weight == 0) throw new InputException($"{map!["weight"]!.At}: weight: expected a number above 0");
        string data = DataOf(type.ToUpperInvariant(), content.AsText("the content of a record"));
        var record = new PowerDnsRecord(type.ToUpperInvariant(), data, map?.Number("ttl") ?? ttl, weight, value.At)
        {
            HasPlaceholder = data.Replace("%%", "", StringComparison.Ordinal).Contains('%', StringComparison.Ordinal),
        };
        return record.HasPlaceholder || record.Type == "LUA" ? record : record with { Data = Rdata(record) };
    }

    /// <summary>As a zone file has it, on one line: what is no record is refused here, where its place is known, and names are absolute in every type.</summary>
    private static string Rdata(PowerDnsRecord record)
    {
        if (!ZoneDraft.TryType(record.Type, out RecordType type))
            throw new InputException($"{record.At}: there is no such type of records; expected one such as a or txt");
        return RdataText.TryParse(type, record.Data.Replace("%%", "%", StringComparison.Ordinal), DomainName.Root, out byte[]? rdata, out string? error) ? RdataText.Format(type, rdata)
            : throw new InputException($"{record.At}: no {record.Type}: {error}");
    }

    private static string DataOf(string type, string content)
    {
        string[] words = content.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        switch (type)
        {
            case "TXT" or "SPF" when !content.StartsWith('"'):
                string word = HealthCheck.Word(content);
                return word.StartsWith('"') ? word : $"\"{word}\"";
            case "SOA" when words.Length >= 2:
                return string.Join(' ', [Absolute(words[0]), Absolute(words[1].Replace('@', '.')), .. words.Skip(2)
                    .Concat(SoaDefaults.Skip(words.Length - 2)).Take(SoaDefaults.Length)]);
            case "NS" or "CNAME" or "PTR" or "DNAME" or "MX" or "SRV" or "AFSDB" when words.Length > 0:
                words[^1] = Absolute(words[^1]);
                return string.Join(' ', words);
            default:
                return content;
        }
    }

    /// <summary>A name that records or services have, as a zone file has it.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static string OwnerOf(string name, SourcePosition at) => DomainName.TryParse(Absolute(name), DomainName.Root, out DomainName? owner, out string? error) ? owner.ToString()
        : throw new InputException($"{at}: {error}");

    public static string Absolute(string name) => name.TrimEnd('.').ToLower(CultureInfo.InvariantCulture) + ".";
}
