using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class OverloadTests
{
    [Fact]
    public async Task A_breaker_leaves_a_failing_backend_alone_and_probes_it_with_one_request_at_a_time()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings([one], """
            "Breaker": { "Requests": 5, "Backoff": "1s" }, "Retry": { "Max": 0 }
            """));

        one.Status = 502;
        for (int i = 0; i < 5; i++) Assert.Equal(502, (await balancer.AskProxyAsync("/")).Status);
        await balancer.Process.WaitForLineAsync("web/one: breaker open");
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_breaker_open{cluster=\"web\",destination=\"one\"}"));

        // Until its time is over nothing comes; then one of many at once gets through, and finds that nothing is better.
        HttpResponseMessage[] refused = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => balancer.Client.GetAsync(balancer.Url("/"))));
        HttpResponseMessage first = refused.First(response => response.StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.InRange(first.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0, 1, 2);
        await Eventually.TrueAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => balancer.Client.GetAsync(balancer.Url("/"))));
            return one.Requests > 5;
        }, () => "no probe came");
        Assert.InRange(one.Requests, 6, 7);

        one.Status = 200;
        await Eventually.GetAsync(() => balancer.AskProxyAsync("/"), answer => answer.Status == 200);
        await balancer.Process.WaitForLineAsync("web/one: breaker closed");
        for (int i = 0; i < 10; i++) Assert.Equal(200, (await balancer.AskProxyAsync("/")).Status);
    }

    [Fact]
    public async Task A_full_cluster_lets_requests_wait_and_sheds_the_least_urgent_first()
    {
        await using Backend one = await Backend.StartAsync("one");
        string settings = Settings([one], """ "Limits": { "Cluster": 1, "Pending": 1, "Wait": "1m" } """).Replace("\"Balancer\": {", "\"Balancer\": { \"Routes\": { \"web\": { \"PriorityHeader\": \"x-priority\" } },");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);

        Task<HttpResponseMessage> running = AskAsync(balancer, "/slow/3000", "normal");
        await Eventually.TrueAsync(() => one.Requests == 1, () => "the first request did not arrive");
        Task<HttpResponseMessage> low = AskAsync(balancer, "/low", "low");
        await Eventually.GetAsync(() => balancer.MetricAsync("gslb_balancer_pending{cluster=\"web\"}"), pending => pending == 1);
        Task<HttpResponseMessage> critical = AskAsync(balancer, "/critical", "critical");

        using HttpResponseMessage shed = await low;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        Assert.Equal(1, shed.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.False(critical.IsCompleted);
        Assert.Equal(HttpStatusCode.OK, (await running).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await critical).StatusCode);
        Assert.Equal(2, one.Requests);
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_shed_total{cluster=\"web\"}"));
    }

    [Fact]
    public async Task A_slow_backend_is_hedged_and_the_first_answer_wins()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using var slow = new BrokenBackend();
        string settings = Settings([one], """ "Hedge": { "After": "100ms" } """).Replace("\"Destinations\": {", $"\"Destinations\": {{ \"slow\": {{ \"Address\": \"{slow.Address}\" }},");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);

        for (int i = 0; i < 6; i++) Assert.Equal((200, "one"), await balancer.AskProxyAsync("/"));

        Assert.Equal(3, slow.Requests);
        Assert.Equal(3, await balancer.MetricAsync("gslb_balancer_hedges_total{cluster=\"web\",result=\"won\"}"));
    }

    private static async Task<HttpResponseMessage> AskAsync(BalancerUnderTest balancer, string path, string priority)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, balancer.Url(path)) { Headers = { { "x-priority", priority } } };
        return await balancer.Client.SendAsync(request);
    }

    private static string Settings(IEnumerable<Backend> backends, string cluster) => BalancerUnderTest.Settings(backends, "\"Metadata\": {}", $$"""
        "DrainWait": 0, "Clusters": { "web": { "Outliers": { "GatewayErrors": 0 }, {{cluster}} } }
        """);
}
