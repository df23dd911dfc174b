using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

public sealed class RetryTests
{
    /// <summary>Nothing but retries keeps requests from the broken backend.</summary>
    private const string OnlyRetries = """ "Breaker": { "ErrorRatio": 0 }, "Outliers": { "GatewayErrors": 0 } """;

    [Fact]
    public async Task What_may_be_repeated_goes_to_another_backend_whatever_way_the_first_one_fails()
    {
        await using Backend good = await Backend.StartAsync("good");
        await using var broken = new BrokenBackend();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings(good, broken.Address, """ "Timeouts": { "PerTry": "2s" }, """ + OnlyRetries));

        foreach (Breakage breakage in new[] { Breakage.Close, Breakage.ResetInHead, Breakage.Hang })
        {
            broken.Breakage = breakage;
            int before = broken.Requests;
            for (int i = 0; i < 4; i++) Assert.Equal((200, "good"), await balancer.AskProxyAsync("/"));
            Assert.True(broken.Requests > before, $"{breakage}: the broken backend was never asked");
        }

        // With a body that is sent again from its beginning, and by a client that vouches for its POST.
        broken.Breakage = Breakage.Close;
        string body = new('x', 60_000);
        for (int i = 0; i < 4; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, balancer.Url("/body")) { Content = new StringContent(body), Headers = { { "Idempotency-Key", $"{i}" } } };
            using HttpResponseMessage response = await balancer.Client.SendAsync(request);
            Assert.Equal(body, await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_post_is_never_sent_twice_and_an_answer_that_began_is_never_mended()
    {
        await using Backend good = await Backend.StartAsync("good");
        await using var broken = new BrokenBackend();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings(good, broken.Address, OnlyRetries));

        foreach (string? body in new[] { null, "", "order" })
        {
            foreach (Breakage breakage in new[] { Breakage.Close, Breakage.ResetInHead, Breakage.CloseWhenReused })
            {
                (broken.Breakage, int before) = (breakage, good.Requests + broken.Requests);
                List<HttpStatusCode> statuses = [];
                for (int i = 0; i < 6; i++)
                {
                    using HttpResponseMessage response = await balancer.Client.SendAsync(new HttpRequestMessage(body is null ? new HttpMethod("PURGE") : HttpMethod.Post, balancer.Url("/")) { Content = body is null ? null : new StringContent(body) });
                    statuses.Add(response.StatusCode);
                }

                Assert.Equal(6, good.Requests + broken.Requests - before);
                Assert.Contains(HttpStatusCode.BadGateway, statuses);
                Assert.Contains(HttpStatusCode.OK, statuses);
            }
        }

        (broken.Breakage, int asked) = (Breakage.ResetInBody, good.Requests);
        int brokenOff = 0;
        for (int i = 0; i < 4; i++)
        {
            try
            {
                await balancer.GetAsync("/");
            }
            catch (HttpRequestException)
            {
                brokenOff++;
            }
        }

        Assert.Equal(2, brokenOff);
        Assert.Equal(2, good.Requests - asked);
    }

    [Fact]
    public async Task A_connection_that_never_came_about_is_made_elsewhere_for_any_method()
    {
        await using Backend good = await Backend.StartAsync("good");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings(good, $"http://127.0.0.1:{FreePort.Tcp()}", OnlyRetries));

        foreach (int length in new[] { 0, 1_000, 200_000 })
        {
            for (int i = 0; i < 4; i++)
            {
                using HttpResponseMessage response = await balancer.Client.PostAsync(balancer.Url("/body"), new StreamContent(new MemoryStream(new byte[length])));
                Assert.Equal(length, (await response.Content.ReadAsByteArrayAsync()).Length);
            }
        }
    }

    [Fact]
    public async Task Statuses_of_gateways_are_tried_elsewhere_but_not_after_RetryAfter_and_only_within_the_budget()
    {
        await using Backend good = await Backend.StartAsync("good"), bad = await Backend.StartAsync("bad");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(
            Settings(good, bad.Address, """ "Retry": { "BudgetPerSecond": 1, "BudgetRatio": 0 }, """ + OnlyRetries));

        (bad.Status, bad.RetryAfter) = (503, "7");
        List<(int, string)> answers = [];
        for (int i = 0; i < 4; i++) answers.Add(await balancer.AskProxyAsync("/"));
        Assert.Equal(2, answers.Count(answer => answer == (503, "bad")));
        Assert.Equal(0, await balancer.MetricAsync("gslb_balancer_retries_total{cluster=\"web\"}"));

        // Ten in ten seconds; these take far less. What fails beyond the budget is the backend's own answer, with its body.
        (bad.Status, bad.RetryAfter) = (502, "");
        answers.Clear();
        for (int i = 0; i < 60; i++) answers.Add(await balancer.AskProxyAsync("/"));
        double retries = await balancer.MetricAsync("gslb_balancer_retries_total{cluster=\"web\"}"), denied = await balancer.MetricAsync("gslb_balancer_retries_denied_total{cluster=\"web\"}");
        Assert.Equal(denied, answers.Count(answer => answer == (502, "bad")));
        Assert.Equal(60 - denied, answers.Count(answer => answer == (200, "good")));
        Assert.InRange(retries, 10, 29);
        Assert.Equal(30, retries + denied);
    }

    [Fact]
    public async Task A_backend_killed_under_load_fails_no_request()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two"), three = await Backend.StartAsync("three");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two, three], BalancerUnderTest.Checked));
        await balancer.WaitForAdminAsync("/readyz", 200);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        (int sent, int failed) = (0, 0);
        bool isOver = false;
        Task[] clients = [.. Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!Volatile.Read(ref isOver))
            {
                using HttpResponseMessage response = await client.GetAsync(balancer.Url("/"));
                Interlocked.Increment(ref sent);
                if (!response.IsSuccessStatusCode) Interlocked.Increment(ref failed);
            }
        })];

        await Eventually.TrueAsync(() => Volatile.Read(ref sent) > 500, () => $"{sent} sent");
        await one.KillAsync();
        await balancer.Process.WaitForLineAsync("web/one: Healthy -> Unhealthy");
        int then = Volatile.Read(ref sent);
        await Eventually.TrueAsync(() => Volatile.Read(ref sent) > then + 500, () => $"{sent} sent");
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(clients);

        Assert.Equal(0, failed);
        double retries = await balancer.MetricAsync("gslb_balancer_retries_total{cluster=\"web\"}");
        Assert.InRange((sent + retries) / sent, 1, 1.2);
    }

    private static string Settings(Backend good, string broken, string cluster) => BalancerUnderTest.Settings([good], "\"Metadata\": {}", $$"""
        "DrainWait": 0, "Clusters": { "web": { {{cluster}} } }
        """).Replace("\"Destinations\": {", $$"""
        "Destinations": { "broken": { "Address": "{{broken}}" },
        """);
}
