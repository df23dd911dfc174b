using System.Net;
using GslbServer.Steering;
using GslbServer.Tests.Repository;
using Microsoft.Extensions.Logging;

namespace GslbServer.Tests.Cli;

/// <summary>What <c>gslb demo</c> takes from the sample.</summary>
public sealed class DemoTests
{
    private static readonly string Root = RepositoryFiles.Root;

    [Fact]
    public void Endpoints_are_the_loopback_addresses_that_the_sample_checks()
    {
        Topology topology = ZoneLoader.Load([Path.Combine(Root, "zones")]).Topology!;
        Assert.Equal(
        [
            "us-east 127.0.1.1:8080 /healthz", "us-west 127.0.1.2:8080 /healthz", "eu-west 127.0.1.3:8080 /healthz", "ap-south 127.0.1.4:8080 /healthz",
            "sa-east 127.0.1.5:8080 /healthz",
        ], DemoEndpoints.Of(topology).Select(e => $"{e.Region} {e.Address} {e.CheckPath}"));
        Assert.Equal("www.gslb.example.", topology.Names[0].Owner);
    }

    /// <summary>The demo prints transitions itself.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Probes_that_fail_are_logged_by_serve_alone(bool isDemo, bool logged)
    {
        using var run = new CommandRun();
        ServeSettings settings = ServeSettings.Read(new Dictionary<string, IReadOnlyList<string>>(), null, run.Host, []);
        using ILoggerFactory loggers = NodeLogging.Create(settings, isDemo, run.Host);
        Assert.Equal(logged, loggers.CreateLogger("GslbServer.Probing.ProbeSchedule").IsEnabled(LogLevel.Warning));
        Assert.True(loggers.CreateLogger("GslbServer.Node").IsEnabled(LogLevel.Warning));
    }

    [Fact]
    public void Clients_to_paste_are_where_the_sample_geodata_puts_them()
    {
        GeoTable geo = GeoLoader.Load([Path.Combine(Root, "geodata", "sample.mmdb")]);
        Dictionary<string, string> codes = new()
        {
            ["North America"] = "NA",
            ["Europe"] = "EU",
            ["Asia"] = "AS",
            ["South America"] = "SA",
            ["Africa"] = "AF",
            ["Oceania"] = "OC",
        };
        Assert.Equal(codes.Count, DemoGuide.Clients.Count);
        Assert.All(DemoGuide.Clients, c =>
        {
            var client = Client.From(IPNetwork.Parse(c.Prefix), ClientSource.Subnet);
            Assert.Equal(codes[c.Continent], geo.Find(client.IsIPv6, client.Address).Location.Continent);
        });
    }
}
