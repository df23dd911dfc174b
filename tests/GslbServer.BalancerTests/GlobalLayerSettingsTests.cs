using System.Text;

using Microsoft.Extensions.Configuration;

namespace GslbServer.Balancer.Tests;

/// <summary>The settings by which a balancer joins the global layer.</summary>
public sealed class GlobalLayerSettingsTests
{
    [Fact]
    public async Task What_is_written_is_read()
    {
        (Settings? settings, IReadOnlyList<string> errors) = await ReadAsync("""
            "Region": "EU-West.gslb.example.", "Redis": [ "192.0.2.1:6379,password=x" ], "Cluster": "prod", "Name": "lb-1",
            "Latency": { "IncludePrivate": true, "Epoch": "60s", "NotOnPorts": [ 8443 ] },
            "Beacon": { "Enabled": true, "Share": 0.25, "Link": "https://*.b.example.org",
                        "Targets": [ { "Region": "Na", "Origin": "https://na.example.org" }, { "Region": "eu-west", "Origin": "https://eu.example.org:8443/" } ] }
            """);

        Assert.Empty(errors);
        BalancerOptions options = settings!.Options;
        Assert.Equal(("eu-west", "balancer-lb-1", "prod"), (options.RegionLabel, options.Writer, options.Cluster));
        Assert.Equivalent(new LatencySettings { IncludePrivate = true, Epoch = TimeSpan.FromMinutes(1), NotOnPorts = [8443] }, options.Latency);
        Assert.Equal([new BeaconTarget("na", "https://na.example.org"), new BeaconTarget("eu-west", "https://eu.example.org:8443/")], options.Beacon.Targets);
        Assert.Equal((true, 0.25, "https://*.b.example.org"), (options.Beacon.Enabled, options.Beacon.Share, options.Beacon.Link));
        Assert.Equal<string>(["eu-west", "na"], [.. LatencyService.RegionsOf(options)]);
        Assert.DoesNotContain("https://eu.example.org", Encoding.UTF8.GetString(BeaconScript.Build(options.Beacon, options.RegionLabel)));
    }

    [Theory]
    [InlineData("\"Redis\": \"password=secret\"", "Balancer:Redis: no endpoint (expected host:port[,option=value...])")]
    [InlineData("\"Cluster\": \"a b\"", "Balancer:Cluster: \"a b\", expected 1 to 63 letters")]
    [InlineData("\"Capacity\": \"0\"", "Balancer:Capacity: \"0\", expected requests per second, a number above 0")]
    [InlineData("\"CapacityInFlight\": \"1.5\"", "Balancer:CapacityInFlight: \"1.5\", expected requests in flight, a whole number above 0")]
    [InlineData("\"Name\": \"a:b\"", "Balancer:Name: \"a:b\", expected 1 to 63 letters")]
    [InlineData("\"Latency\": { \"Epoch\": \"100ms\" }", "Balancer:Latency:Epoch: \"100ms\", expected whole seconds from 1s to 1h")]
    [InlineData("\"Latency\": { \"Epoch\": \"1500ms\" }", "Balancer:Latency:Epoch: \"1500ms\", expected whole seconds from 1s to 1h")]
    [InlineData("\"Latency\": { \"IncludePrivat\": true }", "Balancer:Latency:IncludePrivat: unknown setting; did you mean IncludePrivate?")]
    [InlineData("\"Latency\": { \"NotOnPorts\": [ \"http\" ] }", "Balancer:Latency:NotOnPorts: \"http\", expected a port")]
    [InlineData("\"Beacon\": { \"Share\": \"5%\" }", "Balancer:Beacon:Share: \"5%\", expected a share from 0 to 1")]
    [InlineData("\"Beacon\": { \"Link\": \"https://b.example.org\" }", "Balancer:Beacon:Link: \"https://b.example.org\", expected an origin whose first label is a star")]
    [InlineData("\"Beacon\": { \"Targets\": [ { \"Region\": \"eu west\", \"Origin\": \"https://x\" } ] }", "Balancer:Beacon:Targets:0:Region: \"eu west\", expected the label of a region")]
    [InlineData("\"Beacon\": { \"Targets\": [ { \"Region\": \"eu\", \"Origin\": \"eu.example.org\" } ] }", "Balancer:Beacon:Targets:0:Origin: \"eu.example.org\", expected https://HOST[:PORT]")]
    [InlineData("\"Beacon\": { \"Targets\": [ { \"Region\": \"eu\", \"Origin\": \"https://x/path\" } ] }", "Balancer:Beacon:Targets:0:Origin: \"https://x/path\", expected")]
    [InlineData("\"Beacon\": { \"Enabled\": true }", "Balancer:Beacon:Targets: missing")]
    [InlineData("\"Beacon\": { \"Enabled\": true }", "Balancer:Beacon: needs --redis and --region")]
    public async Task What_is_wrong_is_named(string balancer, string error)
    {
        (Settings? settings, IReadOnlyList<string> errors) = await ReadAsync(balancer);
        Assert.Null(settings);
        Assert.Contains(errors, line => line.StartsWith(error, StringComparison.Ordinal));
        Assert.DoesNotContain(errors, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_that_waits_for_the_next_start_is_named()
    {
        BalancerOptions before = (await ReadAsync("\"Region\": \"eu\", \"Redis\": [ \"192.0.2.1\" ]")).Settings!.Options;
        BalancerOptions after = (await ReadAsync("\"Region\": \"eu\", \"Redis\": [ \"192.0.2.2\" ], \"Latency\": { \"Epoch\": \"60s\" }, \"DrainWait\": \"9s\"")).Settings!.Options;
        Assert.Equal(["Balancer:Redis", "Balancer:Latency"], FixedAtStart.Changed(before, after));
        Assert.Empty(FixedAtStart.Changed(before, before with { DrainWait = TimeSpan.Zero }));
    }

    private static async Task<(Settings? Settings, IReadOnlyList<string> Errors)> ReadAsync(string balancer)
    {
        string json = $$"""
            {
              "ReverseProxy": {
                "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
                "Clusters": { "web": { "Destinations": { "one": { "Address": "http://192.0.2.1/" } } } }
              },
              "Balancer": { {{balancer}} }
            }
            """;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return await SettingsReader.ReadAsync(new ConfigurationBuilder().AddJsonStream(stream).Build());
    }
}
