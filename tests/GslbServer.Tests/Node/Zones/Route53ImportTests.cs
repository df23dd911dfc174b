using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Zones;

/// <summary>Routing policies of Route 53 in the zone language.</summary>
public sealed class Route53ImportTests : IDisposable
{
    private const string Soa = """
        { "Name": "example.org.", "Type": "SOA", "TTL": 900, "ResourceRecords": [ { "Value": "ns-1.awsdns-1.org. hostmaster.example.org. 1 7200 900 1209600 60" } ] },
        { "Name": "example.org.", "Type": "NS", "TTL": 172800, "ResourceRecords": [ { "Value": "ns-1.awsdns-1.org." }, { "Value": "ns-2.awsdns-2.net." } ] }
        """;

    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Latency_goes_by_the_places_of_the_regions()
    {
        string[] lines = await ImportAsync("""
            { "Name": "www.example.org.", "Type": "A", "SetIdentifier": "Europe", "Region": "eu-west-1", "TTL": 30, "HealthCheckId": "abcdef0123", "ResourceRecords": [ { "Value": "192.0.2.1" } ] },
            { "Name": "www.example.org.", "Type": "AAAA", "SetIdentifier": "Europe", "Region": "eu-west-1", "TTL": 30, "ResourceRecords": [ { "Value": "2001:db8::1" } ] },
            { "Name": "www.example.org.", "Type": "A", "SetIdentifier": "Virginia", "Region": "us-east-1", "TTL": 30, "ResourceRecords": [ { "Value": "192.0.2.2" } ] }
            """, """{ "HealthChecks": [ { "Id": "abcdef0123", "HealthCheckConfig": { "Type": "HTTPS", "Port": 443, "ResourcePath": "/up?a=1;b", "FullyQualifiedDomainName": "www.example.org", "RequestInterval": 10, "FailureThreshold": 3 } } ] }""");
        Assert.Contains("europe 60 REGION 53.3 -6.3", lines);
        Assert.Contains("europe 60 A 192.0.2.1", lines);
        Assert.Contains("europe 60 AAAA 2001:db8::1", lines);
        Assert.Contains("check-abcdef01 60 CHECK https port=443 \"path=/up?a=1;b\" host=www.example.org every=10s fall=3 expect=200-399", lines);
        // Virginia has no check in Route 53, and has none here.
        Assert.Contains("europe-checked 30 STEER failover europe check=check-abcdef01", lines);
        Assert.Contains("www 30 STEER latency europe-checked virginia", lines);
        Assert.Contains("note: www.example.org. \"Europe\": its sets have different health checks, or some have none; abcdef0123 is taken for all of them", _run.Errors);
    }

    [Fact]
    public async Task Weights_failover_and_places_are_carried()
    {
        string[] lines = await ImportAsync("""
            { "Name": "w.example.org.", "Type": "A", "SetIdentifier": "blue", "Weight": 9, "TTL": 20, "ResourceRecords": [ { "Value": "192.0.2.1" } ] },
            { "Name": "w.example.org.", "Type": "A", "SetIdentifier": "green", "Weight": 0, "TTL": 20, "ResourceRecords": [ { "Value": "192.0.2.2" } ] },
            { "Name": "f.example.org.", "Type": "A", "SetIdentifier": "second", "Failover": "SECONDARY", "TTL": 20, "ResourceRecords": [ { "Value": "192.0.2.2" } ] },
            { "Name": "f.example.org.", "Type": "A", "SetIdentifier": "first", "Failover": "PRIMARY", "TTL": 20, "ResourceRecords": [ { "Value": "192.0.2.1" } ] },
            { "Name": "g.example.org.", "Type": "CNAME", "SetIdentifier": "de", "GeoLocation": { "CountryCode": "DE" }, "TTL": 20, "ResourceRecords": [ { "Value": "de.cdn.example.net" } ] },
            { "Name": "g.example.org.", "Type": "CNAME", "SetIdentifier": "ca", "GeoLocation": { "CountryCode": "US", "SubdivisionCode": "CA" }, "TTL": 20, "ResourceRecords": [ { "Value": "ca.cdn.example.net" } ] },
            { "Name": "g.example.org.", "Type": "CNAME", "SetIdentifier": "sa", "GeoLocation": { "CountryCode": "SA" }, "TTL": 20, "ResourceRecords": [ { "Value": "sa.cdn.example.net" } ] },
            { "Name": "g.example.org.", "Type": "CNAME", "SetIdentifier": "rest", "GeoLocation": { "CountryCode": "*" }, "TTL": 20, "ResourceRecords": [ { "Value": "cdn.example.net" } ] }
            """);
        Assert.Contains("w 20 STEER weighted blue=9 green=0", lines);
        Assert.Contains("f 20 STEER failover first second", lines);
        Assert.Contains("g 20 STEER geo de ca sa rest map=DE:de map=US-CA:ca map=SAU:sa map=*:rest", lines);
        Assert.Contains("de 60 CNAME de.cdn.example.net.", lines);
        Assert.Contains(_run.Errors, note => note == "note: w.example.org.: has no health check, so its targets count as up whatever happens; give it a CHECK");
        Assert.Contains(_run.Errors, note => note == "note: blue, ca, de, first, green, rest, sa, second REGION: Route 53 does not say where they are; write latitude and longitude for 0 0, or import with --geo FILE");
        Assert.Contains(_run.Errors, note => note == "note: example.org. NS: names the servers of Route 53; write your nodes there, and their addresses");
    }

    [Fact]
    public async Task Aliases_nest_and_what_has_no_record_is_told()
    {
        string[] lines = await ImportAsync("""
            { "Name": "example.org.", "Type": "A", "AliasTarget": { "DNSName": "lb.example.net.", "HostedZoneId": "Z", "EvaluateTargetHealth": true } },
            { "Name": "\\052.example.org.", "Type": "A", "AliasTarget": { "DNSName": "lb.example.net.", "HostedZoneId": "Z", "EvaluateTargetHealth": true } },
            { "Name": "in.example.org.", "Type": "A", "SetIdentifier": "one", "Weight": 1, "TTL": 20, "ResourceRecords": [ { "Value": "192.0.2.1" } ] },
            { "Name": "out.example.org.", "Type": "A", "SetIdentifier": "p", "Failover": "PRIMARY", "AliasTarget": { "DNSName": "in.example.org.", "HostedZoneId": "Z", "EvaluateTargetHealth": true } },
            { "Name": "out.example.org.", "Type": "A", "SetIdentifier": "s", "Failover": "SECONDARY", "TTL": 20, "ResourceRecords": [ { "Value": "192.0.2.9" } ] },
            { "Name": "mx.example.org.", "Type": "MX", "SetIdentifier": "m", "Weight": 1, "TTL": 20, "ResourceRecords": [ { "Value": "10 a.example.org." } ] },
            { "Name": "near.example.org.", "Type": "A", "SetIdentifier": "n", "GeoProximityLocation": { "AWSRegion": "us-east-1" }, "TTL": 20, "ResourceRecords": [ { "Value": "192.0.2.9" } ] }
            """);
        Assert.Contains("* 60 CNAME lb.example.net.", lines);
        Assert.Contains("out 20 STEER failover in s", lines);
        Assert.Contains(_run.Errors, note => note.StartsWith("note: example.org. A: an alias at the apex to lb.example.net.", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note == "note: mx.example.org. MX \"m\": a routing policy for MX is not carried over");
        Assert.Contains(_run.Errors, note => note == "note: near.example.org. A \"n\": IP-based and geoproximity routing is not carried over");
    }

    [Fact]
    public async Task What_comes_out_is_a_zone_that_serves()
    {
        await ImportAsync("""
            { "Name": "www.example.org.", "Type": "A", "SetIdentifier": "eu", "Region": "eu-west-1", "TTL": 30, "ResourceRecords": [ { "Value": "192.0.2.1" } ] },
            { "Name": "www.example.org.", "Type": "A", "SetIdentifier": "us", "Region": "us-east-1", "TTL": 30, "ResourceRecords": [ { "Value": "192.0.2.2" } ] }
            """);
        string zone = _run.WriteFile("example.org.zone", _run.Out);
        Assert.Equal(0, await _run.RunAsync("check", zone));
        Assert.Equal(0, await _run.RunAsync("zone", "fmt", "--check", zone));
    }

    [Theory]
    [InlineData("{", ":1:2: no JSON")]
    [InlineData("[]", ": no \"ResourceRecordSets\"; expected what `aws route53 list-resource-record-sets --hosted-zone-id ID` prints")]
    [InlineData("{\"ResourceRecordSets\":[{\"Type\":\"A\"}]}", ": record set 1 (A): no \"Name\"; expected a text")]
    [InlineData("{\"ResourceRecordSets\":[]}", ": no SOA; expected all record sets of one hosted zone")]
    public async Task What_is_no_export_is_told(string json, string error)
    {
        string file = _run.WriteFile("sets.json", json);
        Assert.Equal(1, await _run.RunAsync("zone", "import", "--from", "route53", file));
        Assert.StartsWith($"gslb: {file}{error}", _run.Errors[0], StringComparison.Ordinal);
    }

    private async Task<string[]> ImportAsync(string sets, string? checks = null)
    {
        string file = _run.WriteFile("sets.json", $$"""{ "ResourceRecordSets": [ {{Soa}}, {{sets}} ] }""");
        Assert.Equal(0, await _run.RunAsync(["zone", "import", "--from", "route53", file, .. checks is null ? (string[])[] : ["--health-checks", _run.WriteFile("checks.json", checks)]]));
        return [.. _run.Out.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
    }
}
