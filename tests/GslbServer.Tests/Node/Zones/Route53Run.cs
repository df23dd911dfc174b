namespace GslbServer.Tests.Zones;

/// <summary>Imports record sets of the zone example.org from Route 53, beside an SOA and NS.</summary>
internal sealed class Route53Run : IDisposable
{
    private const string Apex = """
        { "Name": "example.org.", "Type": "SOA", "TTL": 900, "ResourceRecords": [ { "Value": "ns-1.awsdns-1.org. hostmaster.example.org. 1 7200 900 1209600 60" } ] },
        { "Name": "example.org.", "Type": "NS", "TTL": 172800, "ResourceRecords": [ { "Value": "ns-1.awsdns-1.org." }, { "Value": "ns-2.awsdns-2.net." } ] }
        """;

    private readonly ImportRun _run = new("route53");

    public string[] Lines => _run.Lines;

    public string[] Errors => _run.Errors;

    public void Dispose() => _run.Dispose();

    public static string Set(string name, string type, params string[] values) =>
        $$"""{ "Name": {{Json(name)}}, "Type": "{{type}}", "TTL": 300, "ResourceRecords": [ {{string.Join(", ", values.Select(value => $$"""{ "Value": {{Json(value)}} }"""))}} ] }""";

    public static string Alias(string name, string type, string target) =>
        $$"""{ "Name": {{Json(name)}}, "Type": "{{type}}", "AliasTarget": { "DNSName": {{Json(target)}}, "HostedZoneId": "Z", "EvaluateTargetHealth": false } }""";

    /// <param name="more">More fields, a comma behind each.</param>
    public static string Weighted(string name, string type, string identifier, string value, string more = "") =>
        $$"""{ "Name": {{Json(name)}}, "Type": "{{type}}", "SetIdentifier": "{{identifier}}", "Weight": 1, "TTL": 20, {{more}} "ResourceRecords": [ { "Value": "{{value}}" } ] }""";

    /// <summary>Imports, and sees that what comes out is a zone that can be served.</summary>
    public async Task ImportAsync(string[] sets, string? checks = null, string more = "")
    {
        Assert.True(await TryAsync(sets, checks, more) == 0, string.Join('\n', Errors));
        await _run.CheckedAsync("example.org");
    }

    /// <returns>Exit code.</returns>
    public Task<int> TryAsync(string[] sets, string? checks = null, string more = "") => _run.ImportAsync(
        _run.Write("sets.json", $$"""{ {{more}} "ResourceRecordSets": [ {{string.Join(",\n", [Apex, .. sets])}} ] }"""),
        checks is null ? [] : ["--health-checks", _run.Write("checks.json", $$"""{ "HealthChecks": [ {{checks}} ] }""")]);

    public void Noted(string note) => Assert.Contains($"note: {note}", Errors);

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
