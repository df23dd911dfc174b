using System.Text;

using Microsoft.Extensions.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer.Tests;

public sealed class SettingsTests
{
    private const string Good = """
        {
          "ReverseProxy": {
            "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
            "Clusters": {
              "web": {
                "HealthCheck": { "Active": { "Enabled": true }, "Passive": { "Enabled": true } },
                "Destinations": { "one": { "Address": "http://192.0.2.1/" } }
              }
            }
          }
        }
        """;

    [Fact]
    public async Task Silent_clusters_and_routes_get_the_balancers_defaults()
    {
        Settings settings = await AcceptAsync(Good);

        ClusterConfig cluster = Assert.Single(settings.Clusters);
        Assert.Equal("HealthyElseEjected", cluster.HealthCheck?.AvailableDestinationsPolicy);
        Assert.Equal(("RiseFall", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)),
            (cluster.HealthCheck?.Active?.Policy, cluster.HealthCheck?.Active?.Interval, cluster.HealthCheck?.Active?.Timeout));
        Assert.Equal(("ConsecutiveGatewayErrors", TimeSpan.FromSeconds(30)), (cluster.HealthCheck?.Passive?.Policy, cluster.HealthCheck?.Passive?.ReactivationPeriod));
        Assert.Equal("PeakEwma", cluster.LoadBalancingPolicy);
        Assert.True(KeepsHost(settings));
        Assert.Equivalent(new BalancerOptions(), settings.Options);
    }

    [Fact]
    public async Task A_check_turns_active_checks_on_and_ejection_is_on_unless_somebody_says_otherwise()
    {
        string silent = Good.Replace("\"HealthCheck\": { \"Active\": { \"Enabled\": true }, \"Passive\": { \"Enabled\": true } },", "");
        HealthCheckConfig? health = Assert.Single((await AcceptAsync(silent)).Clusters).HealthCheck;
        Assert.Equal((null, true), (health?.Active?.Enabled, health?.Passive?.Enabled));

        string written = silent.Replace("\"Destinations\"", "\"HealthCheck\": { \"Passive\": { \"Enabled\": false } }, \"Destinations\"")
            .Replace("\"ReverseProxy\"", "\"Balancer\": { \"Clusters\": { \"web\": { \"Check\": { \"Kind\": \"Tcp\" } } } }, \"ReverseProxy\"");
        health = Assert.Single((await AcceptAsync(written)).Clusters).HealthCheck;
        Assert.Equal((true, TimeSpan.FromSeconds(2), false), (health?.Active?.Enabled, health?.Active?.Interval, health?.Passive?.Enabled));
    }

    [Fact]
    public async Task What_is_written_outranks_the_defaults()
    {
        Settings settings = await AcceptAsync(Good.Replace("\"Active\": { \"Enabled\": true }",
            "\"Active\": { \"Enabled\": true, \"Policy\": \"ConsecutiveFailures\", \"Interval\": \"00:00:09\" }, \"AvailableDestinationsPolicy\": \"HealthyOrPanic\""));

        ClusterConfig cluster = Assert.Single(settings.Clusters);
        Assert.Equal(("ConsecutiveFailures", TimeSpan.FromSeconds(9)), (cluster.HealthCheck?.Active?.Policy, cluster.HealthCheck?.Active?.Interval));
        Assert.Equal("HealthyOrPanic", cluster.HealthCheck?.AvailableDestinationsPolicy);
    }

    [Fact]
    public async Task Weights_choose_weighted_round_robin() =>
        Assert.Equal("WeightedRoundRobin",
            Assert.Single((await AcceptAsync(Good.Replace("192.0.2.1/\"", "192.0.2.1/\", \"Metadata\": { \"Weight\": \"3\" }"))).Clusters).LoadBalancingPolicy);

    [Theory]
    [InlineData("\"HashOn\": \"cookie:id\"", "RingHash")]
    [InlineData("\"BoundedLoad\": 0", "PeakEwma")]
    public async Task A_key_chooses_a_ring(string setting, string policy) =>
        Assert.Equal(policy, Assert.Single((await AcceptAsync(WithCluster($"\"LoadBalancing\": {{ {setting} }}"))).Clusters).LoadBalancingPolicy);

    [Theory]
    [InlineData("\"LoadBalancing\": { \"HashOn\": \"body:x\" }", "Balancer:Clusters:web:LoadBalancing:HashOn: \"body:x\", expected header:NAME, cookie:NAME, query:NAME, path or address")]
    [InlineData("\"LoadBalancing\": { \"BoundedLoad\": 1 }", "Balancer:Clusters:web:LoadBalancing:BoundedLoad: 1, expected 0 for none, or a number from 1.05 to 100")]
    [InlineData("\"LoadBalancing\": { \"PeakEwma\": { \"Decay\": \"0\" } }", "LoadBalancing:PeakEwma:Decay: \"0\", expected a time")]
    [InlineData("\"LoadBalancing\": { \"Prequal\": { \"ProbePath\": \"/load\" } }", "LoadBalancing:Prequal:ProbePath: nobody asks it with PeakEwma, expected LoadBalancingPolicy Prequal")]
    [InlineData("\"LoadBalancing\": { \"Prequal\": { \"Quantile\": 2 } }", "LoadBalancing:Prequal:Quantile: \"2\", expected a number from 0 to 1")]
    [InlineData("\"SlowStart\": { \"Floor\": 0 }", "Balancer:Clusters:web:SlowStart:Floor: \"0\", expected a number from 0.01 to 1")]
    [InlineData("\"SlowStart\": { \"Windows\": \"60s\" }", "SlowStart:Windows: unknown setting; did you mean Window?")]
    public async Task Rejects_cluster_setting(string setting, string error) => await RejectAsync(WithCluster(setting), error);

    [Theory]
    [InlineData("{ \"Cluster\": \"wep\", \"Share\": 0.1 }", "Balancer:Routes:web:Canary:Cluster: no cluster \"wep\"; did you mean web?")]
    [InlineData("{ \"Cluster\": \"web\", \"Share\": 0.1 }", "Balancer:Routes:web:Canary:Cluster: \"web\" is the route's own, expected another")]
    [InlineData("{ \"Share\": 0.1 }", "Balancer:Routes:web:Canary:Cluster: missing")]
    [InlineData("{ \"Cluster\": \"next\" }", "Balancer:Routes:web:Canary: no request goes there, expected a Share, a Header or a Cookie")]
    [InlineData("{ \"Cluster\": \"next\", \"Share\": 1.5 }", "Canary:Share: \"1.5\", expected a number from 0 to 1")]
    [InlineData("{ \"Cluster\": \"next\", \"Share\": 0.1, \"StickyOn\": \"client\" }", "Canary:StickyOn: \"client\", expected header:NAME")]
    [InlineData("{ \"Cluster\": \"next\", \"Share\": 0.1, \"HeaderValue\": \"v2\" }", "Canary:HeaderValue: of no header, expected Header too")]
    [InlineData("{ \"Cluster\": \"next\", \"Share\": 0.1, \"CookieValue\": \"v2\" }", "Canary:CookieValue: of no cookie, expected Cookie too")]
    [InlineData("{ \"Cluster\": \"sticky\", \"Share\": 0.1 }", "Canary:Cluster: \"sticky\" has session affinity and the route's own cluster has none, expected both or neither")]
    public async Task Rejects_canary(string canary, string error) => await RejectAsync(WithCanary(canary), error);

    [Fact]
    public async Task Accepts_a_canary() =>
        Assert.Equal(0.05, (await AcceptAsync(WithCanary("{ \"Cluster\": \"Next\", \"Share\": 0.05, \"StickyOn\": \"cookie:id\" }"))).Options.Routes["web"].Canary?.Share);

    [Fact]
    public async Task Rejects_a_file_of_cookie_keys_that_is_not_there() =>
        await RejectAsync(WithOption("\"Affinity\": { \"KeyFile\": \"/does/not/exist\" }"), "Balancer:Affinity:KeyFile: ");

    [Theory]
    [InlineData("\"Match\"", "\"Transforms\": [ { \"RequestHeaderOriginalHost\": \"false\" } ], \"Match\"")]
    [InlineData("\"Match\"", "\"Transforms\": [ { \"RequestHeader\": \"Host\", \"Set\": \"www.example.org\" } ], \"Match\"")]
    [InlineData("192.0.2.1/\"", "192.0.2.1/\", \"Host\": \"www.example.org\"")]
    [InlineData("\"ReverseProxy\"", "\"Balancer\": { \"PreserveHost\": false }, \"ReverseProxy\"")]
    public async Task Host_of_the_client_is_not_forced_on(string where, string instead) => Assert.False(KeepsHost(await AcceptAsync(Good.Replace(where, instead))));

    [Theory]
    [InlineData("\"Admin\": \"[::1]:9000\"")]
    [InlineData("\"Admin\": \"localhost:9000\"")]
    [InlineData("\"DrainWait\": 0")]
    [InlineData("\"DrainWait\": \"1.5s\"")]
    [InlineData("\"DrainLimit\": \"00:05:00\"")]
    [InlineData("\"HealthPath\": \"\"")]
    [InlineData("\"ReadyClusters\": []")]
    [InlineData("\"ReadyClusters\": [ \"Web\" ]")]
    [InlineData("\"Region\": \"eu-west\"")]
    [InlineData("\"Redis\": [ \"redis-1:6379,password=x\", \"192.0.2.7\" ]")]
    [InlineData("\"Clusters\": { \"web\": { \"Retry\": { \"Max\": 0 }, \"Breaker\": { \"ErrorRatio\": 0 }, \"Limits\": { \"Backend\": 0, \"Cluster\": 0 }, \"Panic\": 0 } }")]
    [InlineData("\"Clusters\": { \"web\": { \"Timeouts\": { \"PerTry\": \"1s\", \"Total\": \"5s\" }, \"Hedge\": { \"After\": \"50ms\" }, \"Check\": { \"Kind\": \"grpc\", \"Service\": \"shop\" } } }")]
    [InlineData("\"Clusters\": { \"web\": { \"Outliers\": { \"GatewayErrors\": 3, \"BaseEjection\": \"10s\", \"SuccessRate\": { \"Deviations\": 0 } } } }")]
    [InlineData("\"Routes\": { \"web\": { \"Priority\": \"low\", \"PriorityHeader\": \"x-priority\" } }")]
    public async Task Accepts_option(string option) => await AcceptAsync(WithOption(option));

    [Theory]
    [InlineData("\"Admin\": \"127.0.0.1\"", "Balancer:Admin: \"127.0.0.1\", expected ADDR:PORT")]
    [InlineData("\"Admin\": \"::1\"", "Balancer:Admin: \"::1\", expected ADDR:PORT")]
    [InlineData("\"DrainWait\": \"-1s\"", "Balancer:DrainWait: \"-1s\", expected a time")]
    [InlineData("\"DrainLimit\": \"25h\"", "Balancer:DrainLimit: \"25h\", expected a time from 0 to 24 h")]
    [InlineData("\"HealthPath\": \"health\"", "Balancer:HealthPath: \"health\", expected a path")]
    [InlineData("\"PreserveHost\": \"yes\"", "Balancer:PreserveHost: \"yes\", expected true or false")]
    [InlineData("\"Region\": \"eu west\"", "Balancer:Region: \"eu west\", expected the name of a region")]
    [InlineData("\"Redis\": \"password=x\"", "Balancer:Redis: no endpoint (expected host:port")]
    [InlineData("\"ReadyClusters\": [ \"wep\" ]", "Balancer:ReadyClusters: no cluster \"wep\"; did you mean web?")]
    [InlineData("\"Drain\": 1", "Balancer:Drain: unknown setting, expected one of Admin,")]
    [InlineData("\"Clusters\": { \"web\": { \"Retry\": { \"Max\": 11 } } }", "Balancer:Clusters:web:Retry:Max: \"11\", expected a whole number from 0 to 10")]
    [InlineData("\"Clusters\": { \"web\": { \"Panic\": 50 } }", "Balancer:Clusters:web:Panic: \"50\", expected a number from 0 to 1")]
    [InlineData("\"Clusters\": { \"web\": { \"Timeouts\": { \"PerTry\": \"9s\", \"Total\": \"5s\" } } }", "Balancer:Clusters:web:Timeouts:PerTry: \"00:00:09\", expected at most Total")]
    [InlineData("\"Clusters\": { \"web\": { \"Breaker\": { \"MaxBackoff\": \"500ms\" } } }", "Balancer:Clusters:web:Breaker:MaxBackoff: \"00:00:00.5000000\", expected at least Backoff")]
    [InlineData("\"Clusters\": { \"web\": { \"Check\": { \"ExpectStatus\": \"2xx\" } } }", "Balancer:Clusters:web:Check:ExpectStatus: \"2xx\", expected statuses")]
    [InlineData("\"Clusters\": { \"web\": { \"Check\": { \"Kind\": \"Tcp\", \"Service\": \"shop\" } } }", "Balancer:Clusters:web:Check:Service: \"shop\", expected only with Kind Grpc")]
    [InlineData("\"Routes\": { \"web\": { \"Priority\": \"urgent\" } }", "Balancer:Routes:web:Priority: \"urgent\", expected one of Critical, High, Normal, Low")]
    public async Task Rejects_option(string option, string error) => await RejectAsync(WithOption(option), error);

    [Theory]
    [InlineData("\"Active\": { \"Enabled\": true }", "\"Active\": { \"Enabled\": \"yes\" }", "ReverseProxy:Clusters:web:HealthCheck:Active:Enabled: \"yes\", expected true or false")]
    [InlineData("\"Active\"", "\"Aktive\"", "ReverseProxy:Clusters:web:HealthCheck:Aktive: unknown setting; did you mean Active?")]
    [InlineData("\"Active\": { \"Enabled\": true", "\"Active\": { \"Enabled\": true, \"Interval\": \"10\"", "Interval: \"10\", expected hours:minutes:seconds such as 00:00:02")]
    [InlineData("\"Match\"", "\"Order\": \"first\", \"Match\"", "ReverseProxy:Routes:web:Order: \"first\", expected a whole number")]
    [InlineData("\"ClusterId\": \"web\"", "\"ClusterId\": { \"a\": \"b\" }", "ReverseProxy:Routes:web:ClusterId: a group of settings, expected one value")]
    [InlineData("\"Destinations\": {", "\"HttpRequest\": { \"VersionPolicy\": \"Best\" }, \"Destinations\": {",
        "HttpRequest:VersionPolicy: \"Best\", expected one of RequestVersionOrLower, RequestVersionOrHigher, RequestVersionExact")]
    [InlineData("\"Destinations\": {", "\"HttpClient\": { \"SslProtocols\": [ \"Tls12\", \"Ssl9\" ] }, \"Destinations\": {", "SslProtocols:1: \"Ssl9\", expected one of")]
    [InlineData("\"Destinations\": {", "\"Metadata\": { \"Rise\": \"two\" }, \"Destinations\": {", "ReverseProxy:Clusters:web:Metadata:Rise: \"two\", expected a whole number from 1 to 100")]
    [InlineData("192.0.2.1/\"", "192.0.2.1/\", \"Metadata\": { \"Weight\": \"65536\" }", "Destinations:one:Metadata:Weight: \"65536\", expected a whole number from 0 to 65535")]
    [InlineData("\"Destinations\": { \"one\": {", "\"LoadBalancingPolicy\": \"Random\", \"Destinations\": { \"one\": { \"Metadata\": { \"Weight\": \"1\" },",
        "ReverseProxy:Clusters:web: weights have no meaning to Random, expected WeightedRoundRobin")]
    [InlineData("\"Destinations\": {", "\"LoadBalancingPolicy\": \"PeekEwma\", \"Destinations\": {", "ReverseProxy:Clusters:web:LoadBalancingPolicy: no policy \"PeekEwma\"; did you mean PeakEwma?")]
    [InlineData("\"Destinations\": {", "\"LoadBalancingPolicy\": \"Fastest\", \"Destinations\": {", "LoadBalancingPolicy: no policy \"Fastest\", expected one of WeightedRoundRobin,")]
    [InlineData("\"Destinations\": {", "\"LoadBalancingPolicy\": \"Prequal\", \"Destinations\": {", "LoadBalancingPolicy: Prequal with 1 destinations, expected 3 or more")]
    [InlineData("http://192.0.2.1/", "192.0.2.1", "Destinations:one:Address: \"192.0.2.1\", expected http://")]
    [InlineData("\"ClusterId\": \"web\", ", "", "ReverseProxy:Routes:web:ClusterId: missing")]
    [InlineData("\"Routes\"", "\"Paths\"", "ReverseProxy:Paths: unknown setting, expected one of Routes, Clusters")]
    [InlineData("{**path}", "{bad", "ReverseProxy:Routes:web: ")]
    public async Task Rejects_proxy_setting(string where, string instead, string error) => await RejectAsync(Good.Replace(where, instead), error);

    private static bool KeepsHost(Settings settings) =>
        Assert.Single(settings.Routes).Transforms?.Any(transform => transform.TryGetValue("RequestHeaderOriginalHost", out string? value) && value == "true") ?? false;

    private static string WithOption(string option) => Good.Replace("\"ReverseProxy\"", $"\"Balancer\": {{ {option} }}, \"ReverseProxy\"");

    private static string WithCluster(string setting) => WithOption($"\"Clusters\": {{ \"web\": {{ {setting} }} }}");

    private static string WithCanary(string canary) => Good.Replace("\"Clusters\": {", """
        "Clusters": {
          "next": { "Destinations": { "one": { "Address": "http://192.0.2.2/" } } },
          "sticky": { "SessionAffinity": { "Enabled": true, "Policy": "SignedCookie", "AffinityKeyName": "stick" }, "Destinations": { "one": { "Address": "http://192.0.2.3/" } } },
        """).Replace("\"ReverseProxy\"", $"\"Balancer\": {{ \"Routes\": {{ \"web\": {{ \"Canary\": {canary} }} }} }}, \"ReverseProxy\"");

    private static async Task<Settings> AcceptAsync(string json)
    {
        (Settings? settings, IReadOnlyList<string> errors) = await ReadAsync(json);
        Assert.Empty(errors);
        Assert.NotNull(settings);
        return settings;
    }

    private static async Task RejectAsync(string json, string error)
    {
        (Settings? settings, IReadOnlyList<string> errors) = await ReadAsync(json);
        Assert.Null(settings);
        Assert.Contains(error, Assert.Single(errors));
    }

    private static Task<(Settings? Settings, IReadOnlyList<string> Errors)> ReadAsync(string json) =>
        SettingsReader.ReadAsync(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());
}
