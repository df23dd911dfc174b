using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>What is one connection, on loopback.</summary>
public sealed class ConnectionSamplingTests
{
    private const string Joined = "\"DrainWait\": 0, \"Region\": \"eu\", \"Redis\": [ \"127.0.0.1:1\" ]";

    [Fact]
    public async Task Requests_that_share_an_HTTP2_connection_are_one_sample()
    {
        await using Backend one = await Backend.StartAsync("one");
        int port = FreePort.Tcp();
        string settings = BalancerUnderTest.Settings([one], balancer: Joined + ", \"Latency\": { \"IncludePrivate\": true }").Replace("\"Balancer\":",
            $"\"Kestrel\": {{ \"Endpoints\": {{ \"h2\": {{ \"Url\": \"http://127.0.0.1:{port}\", \"Protocols\": \"Http2\" }} }} }}, \"Balancer\":", StringComparison.Ordinal);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);
        using (var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact })
        {
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.GetStringAsync($"http://127.0.0.1:{port}/slow/200")));
            Assert.All(answers, answer => Assert.Equal("one", answer));
        }

        await Eventually.TrueAsync(async () => await SamplesAsync(balancer, "counted") == 1, () => "not counted");
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_latency_cells"));
    }

    [Fact]
    public async Task A_connection_that_stays_open_is_counted_meanwhile_and_not_again()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: Joined + ", \"Latency\": { \"IncludePrivate\": true }"));
        using (var client = new HttpClient())
        {
            Assert.Equal("one", await client.GetStringAsync(balancer.Url("/")));
            // Counted after half a minute, which the connection's idle time does not end.
            await Eventually.TrueAsync(async () => await SamplesAsync(balancer, "counted") == 1, () => "not counted", TimeSpan.FromMinutes(2));
            Assert.Equal("one", await client.GetStringAsync(balancer.Url("/")));
        }

        Assert.Equal("one", await balancer.GetAsync("/"));
        await Eventually.TrueAsync(async () => await SamplesAsync(balancer, "counted") == 2, () => "the next connection is not counted");
    }

    [Fact]
    public async Task Loopback_clients_are_not_counted_unless_asked_for()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: Joined));
        Assert.Equal("one", await balancer.GetAsync("/"));
        await Eventually.TrueAsync(async () => await SamplesAsync(balancer, "private_network") == 1, () => "not seen");
        Assert.Equal(0, await SamplesAsync(balancer, "counted"));
    }

    private static Task<double> SamplesAsync(BalancerUnderTest balancer, string verdict) => balancer.MetricAsync($"gslb_balancer_latency_samples_total{{verdict=\"{verdict}\"}}");
}
