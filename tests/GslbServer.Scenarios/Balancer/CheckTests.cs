using GslbServer.Scenarios.Harness;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GslbServer.Scenarios.Balancer;

public sealed class CheckTests
{
    private const string Quick = """
        "HealthCheck": { "Active": { "Interval": "00:00:00.200", "Timeout": "00:00:05" } }
        """;

    [Fact]
    public async Task A_TCP_check_asks_only_whether_something_listens()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two], Quick, Check(""" "Kind": "Tcp" """)));
        one.Health = 500;
        await balancer.WaitForAdminAsync("/readyz", 200);
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_destination_healthy{cluster=\"web\",destination=\"one\"}"));

        await one.KillAsync();
        await balancer.Process.WaitForLineAsync("web/one: Healthy -> Unhealthy");

        await one.StartAsync();
        await balancer.Process.WaitForLineAsync("web/one: Unhealthy -> Healthy");
    }

    [Fact]
    public async Task A_gRPC_check_asks_the_health_service()
    {
        await using Backend one = await Backend.StartAsync("one", HttpProtocols.Http2);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], Quick, Check(""" "Kind": "Grpc", "Service": "shop" """)));
        await balancer.WaitForAdminAsync("/healthz", 200);

        one.GrpcHealth = 2;
        await balancer.Process.WaitForLineAsync("web/one: Healthy -> Unhealthy by its checks (health 2 (1 is SERVING))");

        one.GrpcHealth = 1;
        await balancer.WaitForAdminAsync("/healthz", 200);
    }

    [Fact]
    public async Task An_HTTP_check_expects_what_it_is_told_to()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        string settings = BalancerUnderTest.Settings([one, two], Quick.Replace("\"Interval\"", "\"Path\": \"/checked\", \"Interval\""),
            Check(""" "ExpectStatus": "200,418", "ExpectBody": "one" """));
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);

        await balancer.Process.WaitForLineAsync("web/two: Unknown -> Unhealthy by its checks (the answer does not hold \"one\")");
        one.Status = 418;
        await balancer.WaitForAdminAsync("/readyz", 200);
        Assert.Equal((418, "one"), await balancer.AskProxyAsync("/"));
        one.Status = 500;
        await balancer.Process.WaitForLineAsync("web/one: Healthy -> Unhealthy by its checks (status 500)");
    }

    [Fact]
    public async Task A_good_check_ends_an_ejection()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        string passive = BalancerUnderTest.Checked + """
            , "Metadata": { "EjectAfter": "2" }
            """;
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two], passive));
        await balancer.WaitForAdminAsync("/readyz", 200);

        one.Status = 503;
        for (int i = 0; i < 8; i++) Assert.Equal((200, "two"), await balancer.AskProxyAsync("/"));
        await balancer.Process.WaitForLineAsync("web/one: ejected after 2 gateway errors in a row, for 00:00:30");
        one.Status = 200;

        await balancer.Process.WaitForLineAsync("web/one: no longer ejected, its check succeeded");
        await Eventually.GetAsync(() => balancer.GetAsync("/"), name => name == "one");
    }

    private static string Check(string check) => $$"""
        "DrainWait": 0, "Clusters": { "web": { "Check": { {{check}} } } }
        """;
}
