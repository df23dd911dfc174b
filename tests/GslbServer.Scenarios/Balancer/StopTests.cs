using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class StopTests
{
    [Fact]
    public async Task SIGTERM_fails_health_at_once_serves_on_finishes_what_is_in_flight_and_exits_0()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: "\"DrainWait\": \"1s\""));
        await balancer.WaitForAdminAsync("/readyz", 200);
        Task<string> slow = balancer.GetAsync("/slow/3000");
        await Eventually.TrueAsync(async () => await balancer.MetricAsync("gslb_balancer_requests_in_flight{cluster=\"web\",destination=\"one\"}") == 1, () => "not in flight");

        balancer.Process.Send(Signal.Term);
        string body = await balancer.WaitForAdminAsync("/healthz", 503);

        Assert.Contains("draining", body);
        Assert.Equal((503, """{"status":"draining"}"""), await balancer.AskProxyAsync("/healthz"));
        Assert.Equal(503, (await balancer.AdminAsync("/readyz")).Status);
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_draining"));
        using (HttpResponseMessage answer = await balancer.Client.GetAsync(balancer.Url("/")))
        {
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.True(answer.Headers.ConnectionClose);
        }

        Assert.Equal("one", await slow);
        Assert.Equal(0, await balancer.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task What_is_still_in_flight_at_the_drain_limit_is_broken_off()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: "\"DrainWait\": 0, \"DrainLimit\": \"500ms\""));
        Task<string> slow = balancer.GetAsync("/slow/50000");
        await Eventually.TrueAsync(async () => await balancer.MetricAsync("gslb_balancer_requests_in_flight{cluster=\"web\",destination=\"one\"}") == 1, () => "not in flight");

        balancer.Process.Send(Signal.Term);

        Assert.Equal(0, await balancer.Process.WaitForExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
        await balancer.Process.WaitForLineAsync("drain limit reached: 1 requests broken off");
    }

    [Fact]
    public async Task A_second_SIGTERM_stops_now()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(
            BalancerUnderTest.Settings([one], balancer: "\"DrainWait\": \"10m\", \"DrainLimit\": \"10m\""));

        balancer.Process.Send(Signal.Term);
        await balancer.Process.WaitForLineAsync("draining");
        balancer.Process.Send(Signal.Term);

        // The wait ends long before the ten minutes that the first signal allows.
        Assert.Equal(0, await balancer.Process.WaitForExitAsync());
    }
}
