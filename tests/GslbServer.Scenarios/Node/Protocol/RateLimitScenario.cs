using System.Net;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A flood under one prefix's name, and everybody else.</summary>
public sealed class RateLimitScenario
{
    // host.example.org A, as a stub without EDNS asks.
    private static readonly byte[] Query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, .. "host"u8, 7, .. "example"u8, 3, .. "org"u8, 0, 0, 1, 0, 1];

    [Fact]
    public async Task Flood_from_one_prefix_is_limited_and_leaves_others_and_cookie_holders_unhurt()
    {
        await using SmallNode small = await SmallNode.StartAsync(more: ["--rrl", "50", "--rrl-exempt", "192.0.2.0/24"]);
        using var stop = new CancellationTokenSource();
        Task<int> flood = Task.Run(() => Flood("127.0.66.1", small.Node.Port, stop.Token));
        await Eventually.GetAsync(() => small.MetricAsync("gslb_dns_rate_limited_total{result=\"dropped\"}"), dropped => dropped > 1_000);

        for (int i = 0; i < 20; i++)
        {
            DigReply other = await AskAsync("127.0.67.1", "+ignore +notcp");
            Assert.True(other.Answer.Count == 1 && !other.Flags.Contains("tc", StringComparison.Ordinal), other.Text);
        }

        // dig comes again with the cookie of a BADCOOKIE, and over TCP where it is told so.
        Assert.Single((await AskAsync("127.0.66.2", "+cookie +tries=8 +time=1")).Answer);
        Assert.Single((await AskAsync("127.0.66.3", "+tries=8 +time=1")).Answer);
        Assert.True(await small.MetricAsync("gslb_dns_rate_limited_total{result=\"slipped\"}") > 0);
        await stop.CancelAsync();
        Assert.True(await flood > 10_000);

        Task<DigReply> AskAsync(string from, string how) => Dig.AskAsync(small.Node.Port, $"host.example.org A -b {from} {how}");
    }

    [Fact]
    public async Task Under_a_flood_from_everywhere_clients_show_who_they_are_and_are_answered()
    {
        await using SmallNode small = await SmallNode.StartAsync(more: ["--validate-above", "200", "--rrl-exempt", "192.0.2.0/24"]);
        using var stop = new CancellationTokenSource();
        Task[] floods = [.. Enumerable.Range(70, 2).Select(i => Task.Run(() => Flood($"127.0.{i}.1", small.Node.Port, stop.Token)))];
        await Eventually.GetAsync(() => small.MetricAsync("gslb_dns_validations_total"), validations => validations > 1_000);

        Assert.Single((await Dig.AskAsync(small.Node.Port, "host.example.org A +tries=3")).Answer); // by TCP
        DigReply truncated = await Dig.AskAsync(small.Node.Port, "host.example.org A +ignore");
        Assert.True(truncated.Answer.Count == 0 && truncated.Flags.Contains("tc", StringComparison.Ordinal), truncated.Text);
        Assert.Single((await Dig.AskAsync(small.Node.Port, "host.example.org A +cookie +ignore")).Answer); // by its cookie
        await stop.CancelAsync();
        await Task.WhenAll(floods);
    }

    /// <returns>Queries sent.</returns>
    private static int Flood(string from, int port, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        socket.Connect(IPAddress.Loopback, port);
        int sent = 0;
        while (!stop.IsCancellationRequested)
        {
            socket.Send(Query);
            // The node shares its cores with everybody else on this machine: a flood that leaves it some.
            if (++sent % 50 == 0) Thread.Sleep(1);
        }

        return sent;
    }
}
