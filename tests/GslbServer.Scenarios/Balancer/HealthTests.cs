using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class HealthTests
{
    [Fact]
    public async Task A_killed_backend_leaves_and_returns_by_its_checks()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two]));
        await balancer.WaitForAdminAsync("/readyz", 200);

        await one.KillAsync();
        await balancer.Process.WaitForLineAsync("web/one: Healthy -> Unhealthy");
        Assert.Equal(new Dictionary<string, int> { ["two"] = 10 }, await balancer.SpreadAsync(10));
        Assert.Equal(200, (await balancer.AdminAsync("/healthz")).Status);

        await one.StartAsync();
        await balancer.Process.WaitForLineAsync("web/one: Unhealthy -> Healthy");
        Assert.Equal(2, (await balancer.SpreadAsync(10)).Count);
    }

    [Fact]
    public async Task Without_live_backends_health_is_503_with_reasons_on_both_listeners_until_one_returns()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two]));
        await balancer.WaitForAdminAsync("/healthz", 200);
        Assert.Equal(200, (await balancer.AskProxyAsync("/healthz")).Status);

        (one.Health, two.Health) = (500, 500);
        string body = await balancer.WaitForAdminAsync("/healthz", 503);
        Assert.Contains("cluster web: 0 of 2 destinations live", body);
        Assert.Equal(503, (await balancer.AdminAsync("/readyz")).Status);
        Assert.Equal((503, """{"status":"noLiveBackends"}"""), await balancer.AskProxyAsync("/healthz"));
        Assert.Equal(503, (await balancer.AskProxyAsync("/")).Status);

        two.Health = 200;
        await balancer.WaitForAdminAsync("/healthz", 200);
        Assert.Equal("two", await balancer.GetAsync("/"));
    }

    [Fact]
    public async Task Every_ready_cluster_needs_a_live_backend()
    {
        await using Backend one = await Backend.StartAsync("one");
        string settings = BalancerUnderTest.Settings([one], balancer: "\"DrainWait\": 0, \"ReadyClusters\": [\"web\", \"api\"]")
            .Replace("\"Clusters\": {", "\"Clusters\": { \"api\": { \"Destinations\": {} },");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);

        string body = await Eventually.GetAsync(async () => (await balancer.AdminAsync("/healthz")).Body, body => !body.Contains("web"));

        Assert.Contains("cluster api: 0 of 0 destinations live", body);
    }

    [Fact]
    public async Task Gateway_errors_in_a_row_eject_a_backend_but_never_the_last()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        string passive = """
            "HealthCheck": { "Passive": { "Enabled": true, "ReactivationPeriod": "00:05:00" } }, "Metadata": { "EjectAfter": "3" }
            """;
        string balancerSettings = """ "DrainWait": 0, "Clusters": { "web": { "Retry": { "Max": 0 }, "Breaker": { "ErrorRatio": 0 } } } """;
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two], passive, balancerSettings));

        one.Status = 503;
        List<int> statuses = [];
        for (int i = 0; i < 20; i++) statuses.Add((await balancer.AskProxyAsync("/")).Status);
        Assert.Equal(3, statuses.Count(status => status == 503));
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_ejections_total{cluster=\"web\",destination=\"one\"}"));

        two.Status = 502;
        for (int i = 0; i < 10; i++) Assert.Equal(502, (await balancer.AskProxyAsync("/")).Status);
        Assert.Equal(0, await balancer.MetricAsync("gslb_balancer_ejections_total{cluster=\"web\",destination=\"two\"}"));
        Assert.Equal(200, (await balancer.AdminAsync("/healthz")).Status);
    }

    [Fact]
    public async Task The_health_path_is_configurable_and_then_healthz_is_the_backends()
    {
        await using Backend one = await Backend.StartAsync("one");
        one.Health = (int)HttpStatusCode.Accepted;
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: "\"DrainWait\": 0, \"HealthPath\": \"/gslb-health\""));

        await Eventually.GetAsync(() => balancer.AskProxyAsync("/gslb-health"), answer => answer == (200, """{"status":"ok"}"""));
        Assert.Equal(202, (await balancer.AskProxyAsync("/healthz")).Status);
    }
}
