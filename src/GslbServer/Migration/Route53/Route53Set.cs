using GslbServer.Dns;

namespace GslbServer;

/// <summary>One record set as <c>aws route53 list-resource-record-sets</c> prints it.</summary>
/// <param name="Name">Absolute, with the final dot, lower case, escaped as in a zone file.</param>
/// <param name="Values">As Route 53 has them: <see cref="Route53Text"/> makes RDATA of them.</param>
/// <param name="Identifier">Null for a set without a routing policy.</param>
/// <param name="Place">Of geolocation routing, as our PLACE, which it need not be; null for none.</param>
/// <param name="Alias">Target of an alias, as <paramref name="Name"/>; null for none.</param>
/// <param name="EvaluatesHealth">Of an alias: it counts as up while its target does.</param>
internal sealed record Route53Set(string Name, string Type, uint? Ttl, IReadOnlyList<string> Values, string? Identifier, int? Weight, string? Region,
    string? Place, string? Failover, bool IsMultiValue, string? Alias, bool EvaluatesHealth, string? HealthCheck, bool HasOtherRouting)
{
    /// <summary>Weights of STEER end here; those of Route 53 at 255.</summary>
    private const int MostWeight = 65535;

    /// <summary>What can be steered here.</summary>
    public bool IsAddress => Type is "A" or "AAAA" or "CNAME";

    /// <summary>For notes.</summary>
    public string Subject => Identifier is null ? $"{Name} {Type}" : $"{Name} {Type} \"{Identifier}\"";

    /// <exception cref="InputException">It is none: the message names the set and the field.</exception>
    public static Route53Set Read(Route53Fields set) => new(
        NameOf(set, nameof(Name)), set.Text(nameof(Type)).ToUpperInvariant(), (uint?)set.Number("TTL", 0, int.MaxValue),
        [.. set.Objects("ResourceRecords").Select(value => value.Text("Value"))],
        set.TextOrNull("SetIdentifier"), set.Number(nameof(Weight), 0, MostWeight), set.TextOrNull(nameof(Region)), PlaceOf(set), set.TextOrNull(nameof(Failover)),
        set.Flag("MultiValueAnswer"), set.Object("AliasTarget") is { } alias ? NameOf(alias, "DNSName") : null,
        set.Object("AliasTarget")?.Flag("EvaluateTargetHealth") ?? false, set.TextOrNull("HealthCheckId"), set.Has("CidrRoutingConfig") || set.Has("GeoProximityLocation"));

    private static string NameOf(Route53Fields fields, string field) => Route53Text.TryName(fields.Text(field), out DomainName? name, out string? error)
        ? name.ToLower().ToString() : throw fields.Wrong(field, error);

    private static string? PlaceOf(Route53Fields set)
    {
        if (set.Object("GeoLocation") is not { } place) return null;
        if (place.TextOrNull("ContinentCode") is { } continent) return continent;
        string country = place.Text("CountryCode");
        return country == "*" ? country : place.TextOrNull("SubdivisionCode") is { } subdivision ? $"{country}-{subdivision}" : Steering.CountryCode.AsPlace(country);
    }
}
