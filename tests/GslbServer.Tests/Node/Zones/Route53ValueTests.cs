using GslbServer.Dns;
using static GslbServer.Tests.Zones.Route53Run;

namespace GslbServer.Tests.Zones;

/// <summary>Names and values of Route 53, which are no text of a zone file: names are absolute, escapes octal.</summary>
public sealed class Route53ValueTests : IDisposable
{
    private readonly Route53Run _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("CNAME", "web.example.net", "web.example.net.")]
    [InlineData("MX", "10 mail.example.net", "10 mail.example.net.")]
    [InlineData("SRV", "1 2 443 srv.example.net", "1 2 443 srv.example.net.")]
    [InlineData("NS", "ns.example.net", "ns.example.net.")]
    [InlineData("PTR", "host.example.net", "host.example.net.")]
    [InlineData("NAPTR", "1 2 \"U\" \"SIP\" \"!^.*$!sip:a@example.net!\" next.example.net", "1 2 \"U\" \"SIP\" \"!^.*$!sip:a@example.net!\" next.example.net.")]
    [InlineData("HTTPS", "1 svc.example.net alpn=\"h2\"", "1 svc.example.net. alpn=\"h2\"")]
    [InlineData("MX", "10 mail.example.org.", "10 mail.example.org.")]
    public async Task Names_are_absolute_without_a_final_dot_too(string type, string value, string expected)
    {
        await _run.ImportAsync([Set("a.example.org", type, value)]);
        Assert.Contains($"a 300 {type} {expected}", _run.Lines);
    }

    [Fact]
    public async Task Alias_targets_are_absolute_without_a_final_dot_too()
    {
        await _run.ImportAsync([Alias("a.example.org", "A", "lb.example.net")]);
        Assert.Contains("a 60 CNAME lb.example.net.", _run.Lines);
    }

    [Theory]
    [InlineData("\"user\\100example.org\"", "\"user@example.org\"")]
    [InlineData("\"caf\\303\\251\"", "\"caf\\195\\169\"")]
    [InlineData("\"say \\\"yes\\\" \\\\ no\"", "\"say \\\"yes\\\" \\\\ no\"")]
    [InlineData("\"v=spf1 ip4:192.0.2.0/24 -all\" \"second;half\"", "\"v=spf1 ip4:192.0.2.0/24 -all\" \"second;half\"")]
    [InlineData("\"caf\u00e9\"", "\"caf\\195\\169\"")]
    public async Task Escapes_are_octal(string value, string expected)
    {
        await _run.ImportAsync([Set("a.example.org.", "TXT", value), Set("s.example.org.", "SPF", value)]);
        Assert.Contains($"a 300 TXT {expected}", _run.Lines);
        Assert.Contains($"s 300 SPF {expected}", _run.Lines);
    }

    [Theory]
    [InlineData("\"a\\9b\"", "\"\\9b\"\" is no escape of Route 53; expected three octal digits up to \\377, or a character that is no digit")]
    [InlineData("\"a\\777b\"", "\"\\777\" is no escape of Route 53; expected three octal digits up to \\377, or a character that is no digit")]
    [InlineData("\"a\\18", "\"\\18\" is no escape of Route 53; expected three octal digits up to \\377, or a character that is no digit")]
    public async Task Bad_escapes_are_told(string value, string problem)
    {
        await _run.ImportAsync([Set("a.example.org.", "TXT", value)]);
        _run.Noted($"a.example.org. TXT: a value is not carried over: {problem}; write the record by hand");
        Assert.DoesNotContain(_run.Lines, line => line.Contains(" TXT ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\\052.example.org.", "* 300 A 192.0.2.1")]
    [InlineData("a\\040b.example.org.", "a\\032b 300 A 192.0.2.1")]
    [InlineData("A\\100b.example.org", "a\\@b 300 A 192.0.2.1")]
    public async Task Escapes_of_names_are_octal(string name, string expected)
    {
        await _run.ImportAsync([Set(name, "A", "192.0.2.1")]);
        Assert.Contains(expected, _run.Lines);
    }

    [Theory]
    [InlineData("a\\9b.example.org.", "\"\\9b.\" is no escape of Route 53; expected three octal digits up to \\377, or a character that is no digit")]
    [InlineData("a\n$INCLUDE b.example.org.", "a name with a line break; expected an escape, \\012")]
    public async Task Bad_names_are_told_with_their_record(string name, string problem)
    {
        Assert.Equal(1, await _run.TryAsync([Set(name, "A", "192.0.2.1")]));
        Assert.EndsWith($" A): \"Name\": {problem}", _run.Errors[0], StringComparison.Ordinal);
        Assert.Contains("sets.json: record set 3 (", _run.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_breaks_write_no_lines()
    {
        await _run.ImportAsync([
            Set("t.example.org.", "TXT", "\"a\nevil 60 A 192.0.2.66\n$INCLUDE /etc/passwd\""), Set("a.example.org.", "A", "192.0.2.1\nevil 60 A 192.0.2.66"), Set("c.example.org.", "CNAME", "x.example.net.\n$INCLUDE /etc/passwd"),
            Weighted("w.example.org.", "A", "one", "192.0.2.1\\nevil 60 A 192.0.2.66"), Weighted("w.example.org.", "A", "two\\nevil 60 A 192.0.2.66\\n", "192.0.2.2"), Set("y.example.org.", "A\\n$INCLUDE x", "192.0.2.1")]);
        Assert.DoesNotContain(_run.Lines, line => line.StartsWith("evil", StringComparison.Ordinal) || line.StartsWith("$INCLUDE", StringComparison.Ordinal));
        Assert.Contains("t 300 TXT \"a\\010evil 60 A 192.0.2.66\\010$INCLUDE /etc/passwd\"", _run.Lines);
        _run.Noted("t.example.org. TXT: a value has a line break, which Route 53 takes in none; here it is an escape; look whether it belongs there");
        _run.Noted("a.example.org. A: a value is not carried over: it has a line break outside quotes; expected a value of one line; write the record by hand");
        _run.Noted("c.example.org. CNAME: a value is not carried over: it has a line break outside quotes; expected a value of one line; write the record by hand");
        _run.Noted("w.example.org. A \"one\": a value is not carried over: it has a line break outside quotes; expected a value of one line; write the record by hand");
        _run.Noted("y.example.org. A?$INCLUDE X: is not carried over: there is no such type of records");
    }

    [Fact]
    public async Task A_zone_of_a_part_of_a_network_says_its_name()
    {
        using var run = new ImportRun("route53");
        string file = run.Write("sets.json", """
            { "ResourceRecordSets": [
              { "Name": "0\\05726.2.0.192.in-addr.arpa.", "Type": "SOA", "TTL": 900, "ResourceRecords": [ { "Value": "ns1.example.org hostmaster.example.org 1 7200 900 1209600 60" } ] },
              { "Name": "0\\05726.2.0.192.in-addr.arpa.", "Type": "NS", "TTL": 900, "ResourceRecords": [ { "Value": "ns1.example.org" } ] },
              { "Name": "1.0\\05726.2.0.192.in-addr.arpa.", "Type": "PTR", "TTL": 900, "ResourceRecords": [ { "Value": "www.example.org" } ] } ] }
            """);
        Assert.Equal(0, await run.ImportAsync(file));
        Assert.Equal("$ORIGIN 0/26.2.0.192.in-addr.arpa.", run.Lines[0]);
        Assert.Contains("1 900 PTR www.example.org.", run.Lines);
    }

    [Theory]
    [InlineData("""{ "Name": 5, "Type": "A" }""", "record set 3 (A): \"Name\": expected a text, and not 5")]
    [InlineData("""{ "Name": null, "Type": "A" }""", "record set 3 (A): no \"Name\"; expected a text")]
    [InlineData("""{ "Name": "a.example.org." }""", "record set 3 (a.example.org.): no \"Type\"; expected a text")]
    [InlineData("""{ "Name": "a.example.org.", "Type": "A", "TTL": -1 }""", "record set 3 (a.example.org. A): \"TTL\": expected a number from 0 to 2147483647, and not -1")]
    [InlineData("""{ "Name": "a.example.org.", "Type": "A", "TTL": "60" }""", "record set 3 (a.example.org. A): \"TTL\": expected a number from 0 to 2147483647, and not \"60\"")]
    [InlineData("""{ "Name": "a.example.org.", "Type": "A", "ResourceRecords": "192.0.2.1" }""", "record set 3 (a.example.org. A): \"ResourceRecords\": expected a list, and not \"192.0.2.1\"")]
    [InlineData("""{ "Name": "a.example.org.", "Type": "A", "ResourceRecords": [ { "Value": 1 } ] }""", "record set 3 (a.example.org. A), ResourceRecords 1: \"Value\": expected a text, and not 1")]
    [InlineData("""{ "Name": "a.example.org.", "Type": "A", "AliasTarget": {} }""", "record set 3 (a.example.org. A), AliasTarget: no \"DNSName\"; expected a text")]
    [InlineData("""{ "Name": "a.example.org.", "Type": "A", "GeoLocation": {} }""", "record set 3 (a.example.org. A), GeoLocation: no \"CountryCode\"; expected a text")]
    [InlineData("""{ "Name": "\ud800", "Type": "A" }""", "record set 3 (A): \"Name\": expected a text, and not \"\\ud800\"")]
    [InlineData("5", "ResourceRecordSets\": expected a list of objects, and not 5")]
    public async Task Wrong_fields_are_told_with_their_record(string set, string error)
    {
        Assert.Equal(1, await _run.TryAsync([set]));
        Assert.StartsWith("gslb: ", _run.Errors[0], StringComparison.Ordinal);
        Assert.EndsWith(error, _run.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_several_is_no_whole_zone()
    {
        await _run.ImportAsync([], more: "\"IsTruncated\": true, \"NextRecordName\": \"b.example.org.\",");
        _run.Noted("example.org.: the export is not whole (IsTruncated): record sets are missing; export it again without --max-items and --no-paginate");
    }

    [Fact]
    public async Task Names_of_other_zones_are_left_out()
    {
        await _run.ImportAsync([Set("a.example.net.", "A", "192.0.2.1"), Set("b\\056example.org.", "A", "192.0.2.1")]);
        _run.Noted("a.example.net. A: is no name of example.org., so it is not carried over");
        _run.Noted("b\\.example.org. A: is no name of example.org., so it is not carried over");
    }

    /// <summary>Whatever stands in an export, it is carried over, left out with a note, or refused with its place, and what comes out is a zone.</summary>
    [Fact]
    public void No_export_makes_it_fail()
    {
        string[] names = ["example.org", "a.example.org.", "b.example.org", "\\\\052.example.org.", "c\\\\100d.example.org", "x.example.net", "5", "a\\nb.example.org"];
        string[] types = ["A", "AAAA", "TXT", "MX", "CNAME", "STEER", "ANY", "B\\n"];
        string[] values = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "10 mail.example.net", "\\\"x\\\"", "\\\"a\\n$INCLUDE b\\\"", "x.example.net", "\\\\9", ";", "("];
        string[] more = ["\"Weight\": 1", "\"Weight\": 0", "\"Failover\": \"SECONDARY\"", "\"Region\": \"eu-west-1\"", "\"GeoLocation\": { \"CountryCode\": \"ZZ\" }", "\"GeoLocation\": { \"CountryCode\": \"*\" }", "\"HealthCheckId\": \"c1\"",
            "\"HealthCheckId\": \"c2\"", "\"TTL\": 5", "\"TTL\": null", "\"CidrRoutingConfig\": {}", "\"MultiValueAnswer\": true"];
        IReadOnlyDictionary<string, Route53HealthCheck> checks = Route53HealthCheck.ReadAll("checks", """
            { "HealthChecks": [ { "Id": "c1", "HealthCheckConfig": { "Type": "HTTP", "IPAddress": "198.51.100.1" } }, { "Id": "c2", "HealthCheckConfig": { "Type": "TCP", "Port": 25, "FullyQualifiedDomainName": "a.example.org" } } ] }
            """);
        Fuzz.Rounds(random =>
        {
            // A zone takes long to judge.
            if (random.Next(4) > 0) return;
            string sets = string.Join(",\n", Enumerable.Range(0, random.Next(1, 7)).Select(_ => Random(random)));
            try
            {
                ImportedZone zone = Route53Import.Convert("sets", Route53Export.Read("sets", $$"""{ "ResourceRecordSets": [ { "Name": "example.org", "Type": "SOA", "TTL": 5, "ResourceRecords": [ { "Value": "ns.example.net b.example.org 1 2 3 4 5" } ] }, { "Name": "example.org", "Type": "NS", "TTL": 5, "ResourceRecords": [ { "Value": "ns.example.net" } ] }, {{sets}} ] }"""),
                    checks, _ => null);
                ZoneFile read = ZoneFileReader.Read("example.org", zone.Text, DomainName.Parse("example.org."));
                ZoneDiagnostic[] errors = [.. read.Diagnostics.Concat(TopologyLoader.Load([TopologyLoader.ConfigurationOf(read, isSignedHere: false)], out _)).Where(one => one.Severity == DiagnosticSeverity.Error)];
                Assert.True(errors.Length == 0, $"{sets}\n{zone.Text}\n{string.Join<ZoneDiagnostic>('\n', errors)}\n{string.Join('\n', zone.Notes)}");
            }
            catch (InputException e)
            {
                Assert.StartsWith("sets: record set ", e.Message, StringComparison.Ordinal);
            }
        });

        string Random(Random random)
        {
            string name = random.GetItems(names[..(random.Next(5) > 0 ? 5 : names.Length)], 1)[0], type = random.GetItems(types[..(random.Next(5) > 0 ? 5 : types.Length)], 1)[0];
            string answer = random.Next(3) > 0 ? $$""" "ResourceRecords": [ { "Value": "{{random.GetItems(values, 1)[0]}}" } ]""" : $$""" "AliasTarget": { "DNSName": "{{random.GetItems(names[..6], 1)[0]}}" }""";
            string identifier = random.Next(2) > 0 ? $$""", "SetIdentifier": "s{{random.Next(3)}}" """ : "";
            // A CNAME beside others, which Route 53 would not take, is an error of the zone that comes out.
            if (type == "CNAME") (name, identifier) = ("cname.example.org", ", \"SetIdentifier\": \"s\"");
            return $$"""{ "Name": "{{name}}", "Type": "{{type}}", {{answer}}{{identifier}}{{string.Concat(random.GetItems(more, random.Next(3)).DistinctBy(field => field.Split(':')[0]).Select(field => ", " + field))}} }""";
        }
    }
}
