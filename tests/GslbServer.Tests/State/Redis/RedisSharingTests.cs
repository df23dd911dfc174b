using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Nodes on a real redis-server: what they tell each other.</summary>
public sealed class RedisSharingTests
{
    [Fact]
    public async Task Drain_on_one_node_is_seen_by_the_other()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        await Eventually.True(() => b.Stores[0].IsReachable && a.Stores[0].IsReachable);

        OverrideReceipt receipt = await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain);

        Assert.Empty(receipt.Unreached);
        Assert.Equal(receipt.Stored.Revision, b.Overrides[0].Revision);
        Assert.Equal(receipt.Stored, b.Overrides[0]);
    }

    [Fact]
    public async Task Nodes_see_what_each_other_observes()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        a.Observe([StateWorld.Up(), StateWorld.Down("tcp:192.0.2.20:443")]);
        a.Describe("topology", "zones", "geo", "revision");

        await Eventually.True(() => b.IsFresh("a") && b.Of("a")!.Report.ZoneHash == "zones");
        Assert.Equal([StateWorld.Up(), StateWorld.Down("tcp:192.0.2.20:443")], b.Of("a")!.Report.Observations);
    }

    [Fact]
    public async Task A_vantage_tells_how_late_its_probes_are()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        a.Observe([StateWorld.Up()], TimeSpan.FromSeconds(2.57));
        await Eventually.True(() => b.Of("a") is { Report.Lag.TotalSeconds: 2.5 });
        a.Observe([StateWorld.Up()], TimeSpan.FromSeconds(0.03));
        await Eventually.True(() => b.Of("a") is { Report.Lag.Ticks: 0 });
    }

    [Fact]
    public async Task Node_that_leaves_says_so()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        await Eventually.True(() => b.IsFresh("a"));
        await a.StopAsync();
        await Eventually.True(() => b.Of("a") is { Report.Leaving: true });
    }

    [Fact]
    public async Task Clusters_in_one_Redis_do_not_meet()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis);
        await using StateFeed other = StateWorld.Feed("other", [new RedisStore(redis.Configuration, "test", TimeProvider.System)]);
        await other.StartAsync(default);
        await other.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => redis.Command("KEYS", "*").Contains("gslb:report:a", StringComparison.Ordinal));
        string keys = redis.Command("KEYS", "*");
        Assert.Contains("test:overrides", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("gslb:overrides", keys, StringComparison.Ordinal);
        Assert.Null(a.Of("other"));
    }
}
