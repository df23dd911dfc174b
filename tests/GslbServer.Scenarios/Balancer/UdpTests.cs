using System.Net;
using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class UdpTests
{
    [Fact]
    public async Task A_UDP_client_stays_at_its_destination_until_that_is_gone_and_hears_from_where_it_asked()
    {
        using UdpBackend one = UdpBackend.Start("one"), two = UdpBackend.Start("two");
        int port = FreePort.UdpAndTcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings($$"""
            "dns": { "Listen": "127.0.0.1:{{port}}", "Protocol": "Udp", "EjectAfter": 1, "Destinations": { {{one.Setting}}, {{two.Setting}} } }
            """));

        List<UdpClient> clients = [.. Enumerable.Range(0, 16).Select(_ => new UdpClient("127.0.0.1", port))];
        List<string> first = await AskAllAsync(clients);
        Assert.Equal(["one", "two"], first.Distinct().Order());
        Assert.Equal(first, await AskAllAsync(clients));
        Assert.Equal(16, await balancer.MetricAsync("gslb_balancer_l4_connections_total{pool=\"L4:dns\",destination=\"one\"}")
            + await balancer.MetricAsync("gslb_balancer_l4_connections_total{pool=\"L4:dns\",destination=\"two\"}"));

        two.Dispose();
        foreach (UdpClient client in clients)
        {
            Assert.Equal("one", await Eventually.GetAsync(async () => await TryAskAsync(client) ?? "", name => name == "one"));
            client.Dispose();
        }
    }

    [Fact]
    public async Task A_UDP_destination_is_told_who_the_client_is_with_each_datagram()
    {
        using UdpBackend one = UdpBackend.Start("one");
        int outer = FreePort.UdpAndTcp(), inner = FreePort.UdpAndTcp();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings($$"""
            "outer": { "Listen": "127.0.0.1:{{outer}}", "Protocol": "Udp", "ProxyProtocol": { "Send": "V2" }, "Destinations": { "inner": { "Address": "127.0.0.1:{{inner}}" } } },
            "inner": { "Listen": "127.0.0.1:{{inner}}", "Protocol": "Udp", "ProxyProtocol": { "AcceptFrom": "127.0.0.0/8", "Send": "V2" }, "Destinations": { {{one.Setting}} } }
            """));

        using var client = new UdpClient("127.0.0.1", outer);
        Assert.Equal("one", await Eventually.GetAsync(async () => await TryAskAsync(client) ?? "", name => name == "one"));
        ushort clientPort = (ushort)((IPEndPoint)client.Client.LocalEndPoint!).Port;
        Assert.Equal($"0D0A0D0A000D0A515549540A2112000C7F0000017F000001{clientPort:X4}{outer:X4}3F", one.Last);
    }

    private static string Settings(string l4) => $$"""
        { "Balancer": { "DrainWait": 0, "L4": { {{l4}} } } }
        """;

    private static async Task<List<string>> AskAllAsync(List<UdpClient> clients)
    {
        List<string> names = [];
        foreach (UdpClient client in clients) names.Add(await Eventually.GetAsync(async () => await TryAskAsync(client) ?? "", name => name.Length > 0));
        return names;
    }

    /// <summary>The name that answers; null if none did in time.</summary>
    private static async Task<string?> TryAskAsync(UdpClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await client.SendAsync("?"u8.ToArray(), limit.Token);
            return Encoding.ASCII.GetString((await client.ReceiveAsync(limit.Token)).Buffer);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            return null;
        }
    }
}
