using GslbServer.Steering;
using static GslbServer.Tests.Zones.Route53Run;

namespace GslbServer.Tests.Zones;

/// <summary>Health checks of Route 53: each set has its own or none, and they ask what they name, whatever the set answers.</summary>
public sealed class Route53HealthCheckTests : IDisposable
{
    private const string Words = "CHECK http port=80 path=/up every=10s fall=3 expect=200-399";

    private readonly Route53Run _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_set_without_a_check_stays_up_beside_one_with()
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "aaaa"), Weighted("w.example.org.", "A", "green", "192.0.2.2")], Check("aaaa"));
        Assert.Contains("w 20 STEER weighted blue-checked=1 green=1", _run.Lines);
        Assert.Contains("blue-checked 20 STEER failover blue check=check-aaaa", _run.Lines);
        Assert.Contains($"check-aaaa 60 {Words}", _run.Lines);
    }

    [Fact]
    public async Task Sets_keep_their_own_checks()
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "aaaa"), One("green", "192.0.2.2", "bbbb"), One("red", "192.0.2.3", "aaaa")],
            $"{Check("aaaa")}, {Check("bbbb", "\"Port\": 8080,")}");
        Assert.Contains("w 20 STEER weighted blue-checked=1 green-checked=1 red-checked=1", _run.Lines);
        Assert.Contains("green-checked 20 STEER failover green check=check-bbbb", _run.Lines);
        Assert.Contains("red-checked 20 STEER failover red check=check-aaaa", _run.Lines);
        Assert.DoesNotContain(_run.Errors, note => note.Contains("different health checks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Checks_that_ask_alike_are_one()
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "aaaa"), One("green", "192.0.2.2", "bbbb")],
            $"{Check("aaaa", "\"IPAddress\": \"192.0.2.1\",")}, {Check("bbbb", "\"IPAddress\": \"192.0.2.2\",")}");
        Assert.Contains("w 20 STEER weighted blue=1 green=1 check=check-aaaa", _run.Lines);
        Assert.Contains($"check-aaaa 60 {Words}", _run.Lines);
    }

    [Fact]
    public async Task Another_address_that_is_asked_is_carried()
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "aaaa"), One("green", "192.0.2.2", "bbbb"),
            Weighted("w.example.org.", "AAAA", "green", "2001:db8::2", "\"HealthCheckId\": \"bbbb\",")],
            $"{Check("aaaa", "\"IPAddress\": \"198.51.100.9\",")}, {Check("bbbb", "\"IPAddress\": \"2001:db8::9\",")}");
        Assert.Contains("w 20 STEER weighted blue=1 green=1 check=check-aaaa", _run.Lines);
        Assert.Contains($"check-aaaa 60 {Words} address=blue:198.51.100.9 address=green:2001:db8::9", _run.Lines);
    }

    [Fact]
    public async Task Another_name_that_is_asked_is_carried_by_its_addresses()
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "aaaa"), Set("probe.example.org.", "A", "198.51.100.9")], Check("aaaa", "\"FullyQualifiedDomainName\": \"probe.example.org\","));
        Assert.Contains("check-aaaa 60 CHECK http port=80 path=/up host=probe.example.org every=10s fall=3 expect=200-399 address=blue:198.51.100.9", _run.Lines);
    }

    [Theory]
    [InlineData("w.example.org")]
    [InlineData("same.example.org.")]
    public async Task The_name_itself_and_its_addresses_are_asked_as_they_are(string host)
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "aaaa"), Set("same.example.org.", "A", "192.0.2.1")], Check("aaaa", $"\"FullyQualifiedDomainName\": \"{host}\","));
        Assert.Contains($"check-aaaa 60 CHECK http port=80 path=/up host={host.TrimEnd('.')} every=10s fall=3 expect=200-399", _run.Lines);
        Assert.DoesNotContain(_run.Errors, note => note.Contains(" asks ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_of_another_zone_that_is_asked_is_told()
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "aaaa")], Check("aaaa", "\"FullyQualifiedDomainName\": \"lb.example.net\","));
        _run.Noted("w.example.org.: health check aaaa asks lb.example.net., whatever address that has; here the addresses of blue are asked, with that host=; write address=REGION:ADDRESS into the CHECK where they are others");
    }

    [Theory]
    [InlineData("\"Inverted\": true,", "health check aaaa is inverted (Inverted), and no CHECK passes while its probe fails: it is not carried over, so what has it counts as up; write a CHECK of kind exec that fails when it should")]
    [InlineData("\"Disabled\": true,", "health check aaaa is disabled (Disabled), so what has it gets no CHECK: it counts as up, as in Route 53; give it a CHECK when it is to be checked again")]
    [InlineData("\"Disabled\": true, \"Inverted\": true,", "health check aaaa is disabled and inverted, so Route 53 counts what has it as down; here it counts as up; gslb drain, when you switch")]
    public async Task Inverted_and_disabled_checks_are_told_and_check_nothing(string more, string note)
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "aaaa"), One("green", "192.0.2.2", "bbbb")], $"{Check("aaaa", more)}, {Check("bbbb")}");
        _run.Noted("w.example.org.: " + note);
        Assert.Contains("w 20 STEER weighted blue=1 green-checked=1", _run.Lines);
        Assert.Contains("green-checked 20 STEER failover green check=check-bbbb", _run.Lines);
    }

    [Fact]
    public async Task What_Route_53_does_otherwise_is_told()
    {
        await _run.ImportAsync([One("blue", "192.0.2.1", "tttt"), One("green", "192.0.2.2", "calc"), Alias("x.example.org.", "A", "w.example.org."),
            Weighted("v.example.org.", "A", "one", "192.0.2.1").Replace("\"ResourceRecords\": [ { \"Value\": \"192.0.2.1\" } ]", "\"HealthCheckId\": \"tttt\", \"AliasTarget\": { \"DNSName\": \"w.example.org.\", \"EvaluateTargetHealth\": false }", StringComparison.Ordinal)],
            """
            { "Id": "tttt", "HealthCheckConfig": { "Type": "HTTPS", "FullyQualifiedDomainName": "w.example.org", "ResourcePath": "up", "RequestInterval": 30, "FailureThreshold": 1 } },
            { "Id": "calc", "HealthCheckConfig": { "Type": "CALCULATED", "ChildHealthChecks": [ "tttt" ], "HealthThreshold": 1 } }
            """);
        Assert.Contains("check-tttt 60 CHECK https port=443 path=/up host=w.example.org every=30s fall=1 rise=1 expect=200-399", _run.Lines);
        _run.Noted("w.example.org.: health check tttt: Route 53 does not verify certificates; the CHECK does; write verify=no for endpoints without a certificate of that name");
        _run.Noted("w.example.org.: health check calc of type CALCULATED is not carried over, so what has it counts as up; write a CHECK for it, of kind exec where no other does");
        _run.Noted("v.example.org. \"one\": health check tttt on an alias to w.example.org. is not carried over: the name goes by the health of its own targets");
        _run.Noted("v.example.org. A \"one\": does not evaluate the health of w.example.org., so Route 53 counts it as up; here it is down while all targets of w.example.org. are");
    }

    [Theory]
    [InlineData("""{ "Id": 5 }""", "health check 1: \"Id\": expected a text, and not 5")]
    [InlineData("""{ "Id": "aaaa" }""", "health check 1 (aaaa): no \"HealthCheckConfig\"; expected an object")]
    [InlineData("""{ "Id": "aaaa", "HealthCheckConfig": { "Type": "HTTP", "Port": 0 } }""", "health check 1 (aaaa), HealthCheckConfig: \"Port\": expected a number from 1 to 65535, and not 0")]
    [InlineData("""{ "Id": "aaaa", "HealthCheckConfig": { "Type": "HTTP", "IPAddress": "x" } }""", "health check 1 (aaaa), HealthCheckConfig: \"IPAddress\": expected an IPv4 or IPv6 address")]
    public async Task Wrong_fields_are_told_with_their_check(string check, string error)
    {
        Assert.Equal(1, await _run.TryAsync([], check));
        Assert.EndsWith("checks.json: " + error, _run.Errors[0], StringComparison.Ordinal);
    }

    /// <summary>A target <c>map</c> of weight 1 would be the key <c>map=1</c>.</summary>
    [Fact]
    public async Task Identifiers_that_are_keys_are_no_keys()
    {
        await _run.ImportAsync([.. Keys.Steer.Select((key, i) => Weighted("w.example.org.", "A", key, $"192.0.2.{i + 1}"))]);
        Assert.Contains(_run.Lines, line => line.StartsWith("w 20 STEER weighted check.w=1 map.w=1", StringComparison.Ordinal));
    }

    private static string One(string identifier, string address, string check) => Weighted("w.example.org.", "A", identifier, address, $"\"HealthCheckId\": \"{check}\",");

    private static string Check(string id, string more = "") =>
        $$"""{ "Id": "{{id}}", "HealthCheckConfig": { {{more}} "Type": "HTTP", "ResourcePath": "/up", "RequestInterval": 10, "FailureThreshold": 3 } }""";
}
