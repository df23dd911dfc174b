using GslbServer.State;
using static GslbServer.Tests.Steering.LoadWords;

namespace GslbServer.Tests;

/// <summary>Heartbeats in a real redis-server.</summary>
public sealed class RedisHeartbeatTests
{
    [Fact]
    public async Task Nodes_read_what_balancers_write_and_garbage_is_counted()
    {
        using var redis = new PrivateRedis();
        await using var balancer = new RedisStore(redis.Configuration, "gslb", TimeProvider.System);
        await using StateFeed node = await RedisNode.StartAsync("a", redis);
        await balancer.Heartbeats.WriteAsync(Beat(rps: 6, sequence: 1), default);
        await Eventually.True(() => node.Balancers.Count == 1);
        Assert.False(node.Balancers.Single().IsFresh(node.Now));
        await balancer.Heartbeats.WriteAsync(Beat(rps: 7, sequence: 2), default);
        await Eventually.True(() => node.Balancers.Single() is { Load.Rps: 7 } view && view.IsFresh(node.Now));
        Assert.Contains("gslb:hb:eu-west:lb1", redis.Command("KEYS", "gslb:hb:*"), StringComparison.Ordinal);

        redis.Command("SET", "gslb:hb:eu-west:lb2", "garbage");
        redis.Command("ZADD", "gslb:hb", "9999999999999", "eu-west:lb2");
        redis.Command("LPUSH", "gslb:hb:eu-west:lb3", "garbage");
        redis.Command("ZADD", "gslb:hb", "9999999999999", "eu-west:lb3");
        await Eventually.True(() => node.Stores[0].Unreadable == 2);

        redis.Command("SET", "gslb:hb", "garbage");
        await balancer.Heartbeats.WriteAsync(Beat(rps: 8, sequence: 3), default);
        await Eventually.True(() => node.Balancers.Single().Load.Rps == 8);
    }
}
