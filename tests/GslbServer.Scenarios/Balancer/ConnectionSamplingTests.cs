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
        await CountOneAsync(balancer, async () =>
        {
            using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.GetStringAsync($"http://127.0.0.1:{port}/slow/200")));
            Assert.All(answers, answer => Assert.Equal("one", answer));
        });
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_latency_cells"));
    }

    [Fact]
    public async Task A_connection_that_stays_open_is_counted_meanwhile_and_not_again()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: Joined + ", \"Latency\": { \"IncludePrivate\": true }"));
        HttpClient? client = null;
        await CountOneAsync(balancer, async () =>
        {
            client?.Dispose();
            client = new HttpClient();
            Assert.Equal("one", await client.GetStringAsync(balancer.Url("/")));
            // Counted after half a minute, which the connection's idle time does not end.
        });
        Assert.Equal("one", await client!.GetStringAsync(balancer.Url("/")));
        client.Dispose();
        await CountOneAsync(balancer, async () => Assert.Equal("one", await balancer.GetAsync("/")));
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

    /// <summary>Makes a connection until one is counted, each seen as one. A busy kernel sends a segment twice even on loopback, and such a connection has no round trip.</summary>
    private static async Task CountOneAsync(BalancerUnderTest balancer, Func<Task> connect)
    {
        (double counted, double all) = (await SamplesAsync(balancer, "counted"), await AllSamplesAsync(balancer));
        for (int made = 1; await SamplesAsync(balancer, "counted") == counted; made++)
        {
            await connect();
            await Eventually.GetAsync(() => AllSamplesAsync(balancer), seen => seen == all + made, TimeSpan.FromMinutes(2));
            Assert.True(made < 10, "none of ten was counted");
        }

        Assert.Equal(counted + 1, await SamplesAsync(balancer, "counted"));
    }

    private static async Task<double> AllSamplesAsync(BalancerUnderTest balancer)
        => await SamplesAsync(balancer, "counted") + await SamplesAsync(balancer, "retransmitted") + await SamplesAsync(balancer, "unreadable");

    private static Task<double> SamplesAsync(BalancerUnderTest balancer, string verdict) => balancer.MetricAsync($"gslb_balancer_latency_samples_total{{verdict=\"{verdict}\"}}");
}
