using System.Text.Json;

namespace GslbServer;

/// <summary>One record set as <c>aws route53 list-resource-record-sets</c> prints it.</summary>
/// <param name="Name">Absolute, with the final dot, lower case.</param>
/// <param name="Identifier">Null for a set without a routing policy.</param>
/// <param name="Place">Of geolocation routing, as our PLACE; null for none.</param>
/// <param name="Alias">Target of an alias; null for none.</param>
internal sealed record Route53Set(string Name, string Type, uint? Ttl, IReadOnlyList<string> Values, string? Identifier, int? Weight, string? Region,
    string? Place, string? Failover,
    bool IsMultiValue, string? Alias, string? HealthCheck, bool HasOtherRouting)
{
    /// <exception cref="InputException">It is no such list.</exception>
    public static IReadOnlyList<Route53Set> ReadAll(string file, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("ResourceRecordSets", out JsonElement sets)
                && sets.ValueKind == JsonValueKind.Array
                ? [.. sets.EnumerateArray().Select(Read)]
                : throw new InputException($"{file}: no \"ResourceRecordSets\"; expected what `aws route53 list-resource-record-sets --hosted-zone-id ID` prints");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: no JSON: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InputException($"{file}: a record set that is none: {e.Message}");
        }
    }

    private static Route53Set Read(JsonElement set) => new(
        NameOf(set.GetProperty(nameof(Name)).GetString()!), set.GetProperty(nameof(Type)).GetString()!, set.TryGetProperty("TTL", out JsonElement ttl)
            ? ttl.GetUInt32() : null,
        set.TryGetProperty("ResourceRecords", out JsonElement values) ? [.. values.EnumerateArray().Select(value => value.GetProperty("Value").GetString()!)] : [],
        Text(set, "SetIdentifier"), set.TryGetProperty(nameof(Weight), out JsonElement weight) ? weight.GetInt32()
            : null, Text(set, "Region"), PlaceOf(set), Text(set, "Failover"),
        set.TryGetProperty("MultiValueAnswer", out JsonElement multi) && multi.GetBoolean(), set.TryGetProperty("AliasTarget", out JsonElement alias)
            ? NameOf(Text(alias, "DNSName")!) : null,
        Text(set, "HealthCheckId"), set.TryGetProperty("CidrRoutingConfig", out _) || set.TryGetProperty("GeoProximityLocation", out _));

    /// <summary>Octets that are no letters, digits or <c>-</c> are written in octal there, the asterisk too.</summary>
    private static string NameOf(string name) => name.Replace("\\052", "*", StringComparison.Ordinal).TrimEnd('.').ToLowerInvariant() + ".";

    private static string? Text(JsonElement element, string key) => element.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;

    private static string? PlaceOf(JsonElement set)
    {
        if (!set.TryGetProperty("GeoLocation", out JsonElement place)) return null;
        string? country = Text(place, "CountryCode"), subdivision = Text(place, "SubdivisionCode");
        return Text(place, "ContinentCode") ?? (country == "*" ? "*" : subdivision is not null ? $"{country}-{subdivision}" : Steering.CountryCode.AsPlace(country!));
    }
}
