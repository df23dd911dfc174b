using GslbServer.Steering;

namespace GslbServer;

/// <summary>A name with placeholders for the client's place (PowerDNS, geoip backend): <c>%co.%cn.service.example.com</c>. Read backwards: of a name that
/// exists, which clients are led to it.</summary>
/// <param name="mapping">By what the lookup formats make of a place, what <c>%mp</c> stands for.</param>
/// <param name="lookups">Formats of the keys of <paramref name="mapping"/>.</param>
internal sealed class PowerDnsFormat(string text, IReadOnlyDictionary<string, string> mapping, IReadOnlyList<string> lookups)
{
    private const string Unknown = "unknown";

    /// <summary>Placeholders that say a place, as a PLACE can.</summary>
    private static readonly string[] Places = ["%cn", "%co", "%cc", "%re", "%as"];

    private static readonly string[] Others = ["%af", "%na", "%ci", "%loc", "%lat", "%lon", "%hh", "%yy", "%dd", "%wds", "%mos", "%wd", "%mo", "%ip6", "%ip4", "%ip"];

    private static readonly Dictionary<string, string> Continents = new()
    {
        ["af"] = "AF",
        ["an"] = "AN",
        ["as"] = "AS",
        ["eu"] = "EU",
        ["na"] = "NA",
        ["oc"] = "OC",
        ["sa"] = "SA"
    };

    private readonly IReadOnlyList<string> _parts = Cut(text);

    public string Text => text;

    public bool IsLiteral => _parts.All(part => part[0] != '%');

    /// <summary>A placeholder that no PLACE can stand for; null for none.</summary>
    public string? Unsupported => _parts.FirstOrDefault(Others.Contains) ?? (_parts.Count(part => part == "%mp") > 1 ? "%mp twice" : null);

    /// <summary>How narrow the places are that it tells apart.</summary>
    public int Narrowness => _parts.Max(part => part switch { "%as" => 5, "%re" => 4, "%co" or "%cc" => 3, "%mp" => 2, "%cn" => 1, _ => 0 });

    /// <param name="name">Lower case, without the final dot.</param>
    /// <returns>The PLACE of each kind of client that this format leads to that name; <c>*</c> for those who are nowhere known.</returns>
    public IEnumerable<string> PlacesOf(string name) => Unsupported is not null ? [] : Match(_parts, 0, name, []).Select(found => PlaceOf(found)).OfType<string>().Distinct();

    /// <summary>All ways in which the name can be what the parts stand for.</summary>
    private IEnumerable<Dictionary<string, string>> Match(IReadOnlyList<string> parts, int at, string name, Dictionary<string, string> found)
    {
        if (at == parts.Count) return name.Length == 0 ? [found] : [];
        string part = parts[at];
        if (part[0] != '%') return name.StartsWith(part, StringComparison.OrdinalIgnoreCase) ? Match(parts, at + 1, name[part.Length..], found) : [];
        if (part == "%mp") return mapping.Values.Append(Unknown).Distinct().Where(value => name.StartsWith(value, StringComparison.OrdinalIgnoreCase))
            .SelectMany(value => Mapped(parts, at, name, found, value));
        string follows = at + 1 < parts.Count && parts[at + 1][0] != '%' ? parts[at + 1] : "";
        int end = follows.Length > 0 ? name.IndexOf(follows, StringComparison.OrdinalIgnoreCase) : name.Length;
        return end < 0 ? [] : Match(parts, at + 1, name[end..], new(found) { [part] = name[..end].ToLowerInvariant() });
    }

    private IEnumerable<Dictionary<string, string>> Mapped(IReadOnlyList<string> parts, int at, string name, Dictionary<string, string> found, string value)
    {
        IEnumerable<Dictionary<string, string>> keys = value == Unknown ? [new() { ["%co"] = Unknown }]
            : mapping.Where(one => one.Value == value).SelectMany(one => lookups.SelectMany(lookup => Match(Cut(lookup), 0, one.Key, [])));
        return keys.SelectMany(key => Match(parts, at + 1, name[value.Length..], key.Concat(found.Where(one => !key.ContainsKey(one.Key))).ToDictionary()));
    }

    /// <returns>Null for what no client is.</returns>
    private static string? PlaceOf(Dictionary<string, string> found)
    {
        if (found.Count == 0 || found.ContainsValue(Unknown)) return found.TryGetValue("%cn", out string? continent) && continent != Unknown
            ? Continents.GetValueOrDefault(continent) : "*";
        string? country = found.GetValueOrDefault("%cc") ?? found.GetValueOrDefault("%co");
        string place = found.TryGetValue("%as", out string? asn) ? $"AS{asn.TrimStart('a', 's')}"
            : found.TryGetValue("%re", out string? region) ? $"{country?.ToUpperInvariant()}-{region.ToUpperInvariant()}"
            : country is not null ? CountryCode.AsPlace(country.ToUpperInvariant()) : Continents.GetValueOrDefault(found["%cn"], "");
        return PlaceText.ProblemOf(place) is null ? place : null;
    }

    private static List<string> Cut(string text)
    {
        List<string> parts = [];
        for (int at = 0; at < text.Length;)
        {
            string? holder = text[at] == '%' ? Places.Append("%mp").Concat(Others).FirstOrDefault(one => string.CompareOrdinal(text, at, one, 0, one.Length) == 0) : null;
            int length = holder?.Length ?? Math.Max(1, text.IndexOf('%', at + 1) is var next && next < 0 ? text.Length - at : next - at);
            parts.Add(text.Substring(at, length));
            at += length;
        }

        return parts;
    }
}
