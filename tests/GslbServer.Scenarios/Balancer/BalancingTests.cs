using System.Net;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>Choosing a backend, as clients and real backends see it.</summary>
public sealed class BalancingTests
{
    [Fact]
    public async Task One_of_ten_backends_that_is_slow_gets_clearly_less_and_one_that_fails_too()
    {
        await using Fleet fleet = await Fleet.StartAsync(10);
        foreach (Backend backend in fleet.Backends) backend.Delay = 5;
        fleet.Backends[3].Delay = 200;
        fleet.Backends[6].Status = 503;
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(fleet.Settings("PeakEwma", """, "Clusters": { "web": { "Retry": { "Max": 0 } } }"""));
        await balancer.WaitForAdminAsync("/readyz", 200);

        // One after the other: nobody is busy, so that latency alone tells them apart.
        Dictionary<string, int> answers = [];
        for (int i = 0; i < 400; i++)
        {
            string name = (await balancer.AskProxyAsync("/")).Body;
            answers[name] = answers.GetValueOrDefault(name) + 1;
        }

        // Evenly, each would have 40. The slow one is the better of the two when both are drawn: 9 times, or by chance some more.
        Assert.InRange(answers.GetValueOrDefault("b3"), 1, 20);
        Assert.InRange(answers.GetValueOrDefault("b6"), 1, 20);
    }

    [Fact]
    public async Task A_key_has_its_backend_over_a_restart_of_the_balancer_and_others_keep_theirs_when_one_dies()
    {
        await using Fleet fleet = await Fleet.StartAsync(4);
        string settings = fleet.Settings("RingHash", """, "Clusters": { "web": { "LoadBalancing": { "HashOn": "header:X-User", "BoundedLoad": 0 } } }""");
        Dictionary<string, string> before = await OwnersAsync(settings, _ => Task.CompletedTask), after = await OwnersAsync(settings, async balancer =>
        {
            await fleet.Backends[1].KillAsync();
            await balancer.Process.WaitForLineAsync("web/b1: Healthy -> Unhealthy");
        });

        Assert.Equal(4, before.Values.Distinct().Count());
        foreach ((string user, string backend) in before)
        {
            if (backend == "b1") Assert.NotEqual("b1", after[user]);
            else Assert.Equal(backend, after[user]);
        }
    }

    [Fact]
    public async Task A_signed_cookie_holds_at_another_balancer_and_ends_with_its_backend()
    {
        await using Fleet fleet = await Fleet.StartAsync(3);
        using var folder = new TemporaryFolder();
        folder.Write("keys", "0123456789abcdef0123456789abcdef\n");
        string settings = fleet.Settings("WeightedRandom", $", \"Affinity\": {{ \"KeyFile\": \"{folder.Path}/keys\" }}")
            .Replace("\"HealthCheck\"", "\"SessionAffinity\": { \"Enabled\": true, \"Policy\": \"SignedCookie\", \"AffinityKeyName\": \"stick\" }, \"HealthCheck\"");
        await using BalancerUnderTest one = await BalancerUnderTest.StartAsync(settings), two = await BalancerUnderTest.StartAsync(settings);
        await two.WaitForAdminAsync("/readyz", 200);
        // Cookies are of a host, whatever the port.
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() });

        string first = await client.GetStringAsync(one.Url("/"));
        for (int i = 0; i < 15; i++) Assert.Equal(first, await client.GetStringAsync(two.Url("/")));

        await fleet.Backends.Single(backend => backend.Name == first).KillAsync();
        await two.Process.WaitForLineAsync($"web/{first}: Healthy -> Unhealthy");
        string second = await client.GetStringAsync(two.Url("/"));
        Assert.NotEqual(first, second);
        for (int i = 0; i < 15; i++) Assert.Equal(second, await client.GetStringAsync(two.Url("/")));
    }

    [Fact]
    public async Task A_canary_takes_whom_it_should_while_it_lives()
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        await using Backend next = await Backend.StartAsync("next");
        string settings = fleet.Settings("WeightedRoundRobin", """, "Routes": { "web": { "Canary": { "Cluster": "next", "Share": 0.5, "Header": "X-Canary" } } }""")
            .Replace("\"Clusters\": {\n", $"\"Clusters\": {{ \"next\": {{ {BalancerUnderTest.Checked}, \"Destinations\": {{ \"next\": {{ \"Address\": \"{next.Address}\" }} }} }},\n");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);
        await balancer.WaitForAdminAsync("/readyz", 200);

        Assert.Equal("next", await AskAsync(balancer, "X-Canary", "always"));
        Assert.NotEqual("next", await AskAsync(balancer, "X-Canary", "never"));
        Assert.InRange((await balancer.SpreadAsync(60)).GetValueOrDefault("next"), 10, 50);
        Assert.True(await balancer.MetricAsync("gslb_balancer_requests_total{cluster=\"next\",destination=\"next\",code=\"2xx\"}") >= 11);

        await next.KillAsync();
        await balancer.Process.WaitForLineAsync("next/next: Healthy -> Unhealthy");
        Assert.NotEqual("next", await AskAsync(balancer, "X-Canary", "always"));
    }

    private static async Task<Dictionary<string, string>> OwnersAsync(string settings, Func<BalancerUnderTest, Task> prepare)
    {
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);
        await balancer.WaitForAdminAsync("/readyz", 200);
        await prepare(balancer);
        Dictionary<string, string> owners = [];
        foreach (string user in Enumerable.Range(0, 60).Select(i => $"user-{i}")) owners[user] = await AskAsync(balancer, "X-User", user);
        return owners;
    }

    private static async Task<string> AskAsync(BalancerUnderTest balancer, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, balancer.Url("/")) { Headers = { { header, value } } };
        using HttpResponseMessage response = await balancer.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Backends b0, b1, ...</summary>
    private sealed class Fleet(Backend[] backends) : IAsyncDisposable
    {
        public Backend[] Backends => backends;

        public static async Task<Fleet> StartAsync(int count) => new(await Task.WhenAll(Enumerable.Range(0, count).Select(i => Backend.StartAsync($"b{i}"))));

        public string Settings(string policy, string balancer = "") =>
            BalancerUnderTest.Settings(backends, balancer: "\"DrainWait\": 0" + balancer).Replace("\"RoundRobin\"", $"\"{policy}\"");

        public async ValueTask DisposeAsync()
        {
            foreach (Backend backend in backends) await backend.DisposeAsync();
        }
    }
}
