using System.Diagnostics;
using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Balancer;

/// <summary>Two balancers of a region that keep one limit, with a real store.</summary>
public sealed class RegionLimitTests
{
    private const double Rate = 100;
    private const int Burst = 50;

    [Fact]
    public async Task Balancers_of_a_region_keep_a_limit_together_and_each_its_share_when_the_store_is_gone()
    {
        await using Backend one = await Backend.StartAsync("one");
        RedisServer redis = await RedisServer.StartAsync();
        string Settings(string name) => BalancerUnderTest.Settings([one], "\"Metadata\": {}", $$"""
            "DrainWait": 0, "Name": "{{name}}", "Region": "eu", "Redis": [ "{{redis.Configuration}}" ], "Latency": { "Enabled": false },
            "Edge": { "RateLimits": [ { "Per": "ApiKey", "Rate": {{Rate}}, "Burst": {{Burst}}, "Scope": "Region" } ] }
            """);
        await using BalancerUnderTest a = await BalancerUnderTest.StartAsync(Settings("a")), b = await BalancerUnderTest.StartAsync(Settings("b"));

        foreach (BalancerUnderTest balancer in (BalancerUnderTest[])[a, b])
            await Eventually.TrueAsync(async () => await balancer.MetricAsync("gslb_balancer_region_balancers") == 2, () => "they do not see each other");

        // The first request of a key asks for the first lease.
        await Eventually.GetAsync(async () =>
        {
            await LoadAsync([a], TimeSpan.FromMilliseconds(50), "warm");
            return await a.MetricAsync("gslb_balancer_rate_limit_leases_total{result=\"taken\"}");
        }, taken => taken > 0);
        (int together, int refused, TimeSpan time) = await LoadAsync([a, b], TimeSpan.FromSeconds(4), "key");
        Assert.True(refused > 0);
        // What is wanted is far more than what is allowed, so the limit is used up, and not passed: a lease or two may be out on either side.
        Assert.InRange(together, 0.6 * Rate * time.TotalSeconds, Burst + (1.1 * Rate * time.TotalSeconds) + 20);

        await redis.DisposeAsync();
        (int apart, refused, time) = await LoadAsync([a, b], TimeSpan.FromSeconds(4), "other");
        Assert.True(refused > 0);
        Assert.InRange(apart, 0.5 * Rate * time.TotalSeconds, (2 * Burst) + (1.2 * Rate * time.TotalSeconds) + 20);
        Assert.True(await a.MetricAsync("gslb_balancer_rate_limit_leases_total{result=\"failed\"}") > 0);
    }

    /// <summary>Asks all of them at once, as fast as one connection each goes. No request fails.</summary>
    private static async Task<(int Admitted, int Refused, TimeSpan Time)> LoadAsync(BalancerUnderTest[] balancers, TimeSpan length, string key)
    {
        int admitted = 0, refused = 0;
        var time = Stopwatch.StartNew();
        await Task.WhenAll(balancers.Select(balancer => Task.Run(async () =>
        {
            using var client = new HttpClient { DefaultRequestHeaders = { { "X-Api-Key", key } } };
            while (time.Elapsed < length)
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri(balancer.Url("/")));
                int status = (int)response.StatusCode;
                Assert.True(status is 200 or 429, $"{status}");
                if (status == 200) Interlocked.Increment(ref admitted);
                else Interlocked.Increment(ref refused);
            }
        })));
        return (admitted, refused, time.Elapsed);
    }
}
