using GslbServer.Scenarios.Balancer;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>An operator drains a region at a DNS node, and the region's balancer, over a real store, lets go of the clients that keep their connections.</summary>
public sealed class RegionDrainScenario
{
    [Fact]
    public async Task A_drained_region_lets_its_connections_go_and_an_undrained_one_keeps_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", """
            $TTL 300
            @        SOA    ns1 hostmaster 2026112901 3600 600 86400 30
                     NS     ns1
            ns1      A      192.0.2.53
            eu-west  REGION 53.35 -6.26
                     A      127.0.72.1
            us-east  REGION 39.04 -77.49
                     A      127.0.72.2
            www   5  STEER  geo eu-west us-east

            """);
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Backend backend = await Backend.StartAsync("backend");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([backend],
            balancer: $"\"DrainWait\": 0, \"Region\": \"eu-west\", \"Name\": \"b\", \"Redis\": [ \"{redis.Configuration}\" ]"));
        await using GslbNode node = await GslbNode.StartAsync(folder.File("zones"), folder.File("state"), "one", ["--redis", redis.Configuration]);
        using var client = new HttpClient();

        Assert.False(await ClosesAsync(client, balancer));
        Assert.Equal(0, (await node.CommandAsync("drain", "eu-west", "--reason", "maintenance")).ExitCode);
        await Eventually.TrueAsync(() => ClosesAsync(client, balancer), () => $"no connection is let go\n{balancer.Process.Output}");
        Assert.Equal(200, (await balancer.AdminAsync("/healthz")).Status);

        Assert.Equal(0, (await node.CommandAsync("undrain", "eu-west")).ExitCode);
        await balancer.Process.WaitForLineAsync("operators want it to serve");
        for (int i = 0; i < 50; i++) Assert.False(await ClosesAsync(client, balancer));
    }

    private static async Task<bool> ClosesAsync(HttpClient client, BalancerUnderTest balancer)
    {
        using HttpResponseMessage answer = await client.GetAsync(balancer.Url("/"));
        Assert.True(answer.IsSuccessStatusCode);
        return answer.Headers.ConnectionClose is true;
    }
}
