using GslbServer.State;
using GslbServer.Steering;
using Microsoft.Extensions.Logging.Abstractions;

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
    public async Task Observations_are_read_once_and_then_only_what_is_new()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        Observation[] many = [.. Enumerable.Range(0, 500).Select(i => StateWorld.Up($"tcp:192.0.2.{i}:443"))];
        a.Observe(many, TimeSpan.FromSeconds(1));
        await Eventually.True(() => b.IsFresh("a") && b.Of("a")!.Report.Observations.Count == 500);
        Assert.NotEqual("$-1\r\n", redis.Command("HGET", "gslb:report:a", "packed"));

        // The head alone goes on: what only it says is heard, and the observations are still there.
        long body = b.Of("a")!.Report.Body;
        a.Observe(many, TimeSpan.FromSeconds(3));
        a.Describe("topology", "other zones", "geo", "revision");
        await Eventually.True(() => b.Of("a") is { Report: { ZoneHash: "other zones", Lag.TotalSeconds: 3 } });
        Assert.Equal((body, 500), (b.Of("a")!.Report.Body, b.Of("a")!.Report.Observations.Count));

        a.Observe([StateWorld.Down("tcp:192.0.2.0:443"), .. many[1..]], TimeSpan.FromSeconds(3));
        await Eventually.True(() => b.Of("a")!.Report.Observations[0].Verdict == Verdict.Down);
        Assert.NotEqual(body, b.Of("a")!.Report.Body);
    }

    [Fact]
    public async Task A_record_of_a_version_without_heads_is_read_whole()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        a.Observe([StateWorld.Up()]);
        await Eventually.True(() => b.IsFresh("a"));
        await a.StopAsync();
        string old = """{"v":1,"node":"a","boot":4000000000,"sequence":7,"isProber":true,"leaving":false,"appliedRevision":"","topologyHash":"","zoneHash":"","geoHash":"","observations":[{"monitor":"m","verdict":"down","streak":-3,"rttMilliseconds":0,"detail":""}]}""";
        redis.Command("HSET", "gslb:report:a", "boot", "4000000000", "seq", "7", "record", old);
        await Eventually.True(() => b.Of("a") is { Report: { Leaving: false, Sequence: 7 } });
        Assert.Equal("m", Assert.Single(b.Of("a")!.Report.Observations).Monitor);
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
        await using StateFeed other = StateWorld.Feed("other", [new RedisStore(redis.Configuration, "test", TimeProvider.System, NullLogger<RedisStore>.Instance)]);
        await other.StartAsync(default);
        await other.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => redis.Command("KEYS", "*").Contains("gslb:report:a", StringComparison.Ordinal));
        string keys = redis.Command("KEYS", "*");
        Assert.Contains("test:overrides", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("gslb:overrides", keys, StringComparison.Ordinal);
        Assert.Null(a.Of("other"));
    }
}
