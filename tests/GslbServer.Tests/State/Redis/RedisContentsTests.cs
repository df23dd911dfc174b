using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>A real redis-server whose contents are lost, old or garbage.</summary>
public sealed class RedisContentsTests
{
    [Fact]
    public async Task Emptied_Redis_is_refilled()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain && b.IsFresh("a"));

        Assert.StartsWith("+OK", redis.Command("FLUSHALL"), StringComparison.Ordinal);
        await Eventually.True(() => redis.Command("HGET", "gslb:overrides", "eu-west").Contains("drain", StringComparison.Ordinal));
        await Eventually.True(() => redis.Command("ZCARD", "gslb:nodes") == ":2\r\n");
        Assert.Equal(OverrideState.Drain, b.StateOf());

        // And a flush of its scripts is none of our business.
        redis.Command("SCRIPT", "FLUSH");
        Assert.Empty((await b.PutAsync(StateWorld.Undrain(), default)).Unreached);
    }

    [Fact]
    public async Task Older_contents_restored_change_nothing()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain);
        string reply = redis.Command("HGET", "gslb:overrides", "eu-west");
        string old = reply[reply.IndexOf('{')..(reply.LastIndexOf('}') + 1)];
        await a.PutAsync(StateWorld.Undrain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.None);

        redis.Command("HSET", "gslb:overrides", "eu-west", old);
        await Eventually.True(() => redis.Command("HGET", "gslb:overrides", "eu-west").Contains("\"none\"", StringComparison.Ordinal));
        Assert.Equal((OverrideState.None, OverrideState.None), (a.StateOf(), b.StateOf()));
    }

    [Fact]
    public async Task Garbage_in_its_keys_is_counted_and_written_over()
    {
        using var redis = new PrivateRedis();
        redis.Command("SET", "gslb:nodes", "garbage");
        redis.Command("HSET", "gslb:overrides", "eu-west", "{\"v\":1,", "us-east", "{\"v\":2,\"revision\":5}", "ap-south", "[]");
        redis.Command("SET", "gslb:report:a", "garbage");
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        await Eventually.True(() => b.IsFresh("a") && a.Stores[0].Unreadable == 3);

        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain && b.Stores[0].Unreadable == 2);

        redis.Command("SET", "gslb:overrides", "garbage");
        await Eventually.True(() => redis.Command("HGET", "gslb:overrides", "eu-west").Contains("drain", StringComparison.Ordinal));
    }
}
