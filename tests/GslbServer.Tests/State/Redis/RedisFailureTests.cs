using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>A real redis-server that is killed or hangs: nothing known is lost, and everything is there again when it returns.</summary>
public sealed class RedisFailureTests
{
    [Fact]
    public async Task Redis_killed_and_restarted_empty_gets_everything_back()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain && b.IsFresh("a"));

        redis.Kill();
        await Eventually.True(() => !a.Stores[0].IsReachable && !b.Stores[0].IsReachable);
        Assert.Equal(OverrideState.Drain, a.StateOf());
        OverrideReceipt receipt = await a.PutAsync(StateWorld.Drain("us-east"), default);
        Assert.Equal(["redis 127.0.0.1:" + redis.Port], receipt.Unreached);

        redis.Start();
        await Eventually.True(() => b.StateOf("us-east") == OverrideState.Drain && b.IsFresh("a"));
        Assert.Contains("us-east", redis.Command("HKEYS", "gslb:overrides"), StringComparison.Ordinal);
        Assert.Contains("eu-west", redis.Command("HKEYS", "gslb:overrides"), StringComparison.Ordinal);
        // Hints work again too: this is the subscription, not the poll.
        await Eventually.True(() => redis.Command("PUBSUB", "NUMSUB", "gslb:changed").EndsWith(":2\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redis_that_hangs_is_given_up_and_comes_back()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain);

        redis.Pause();
        await Eventually.True(() => !a.Stores[0].IsReachable && !b.Stores[0].IsReachable);
        Assert.Equal(OverrideState.Drain, b.StateOf());
        // Sent to the hung server and given up, the drain may land there when it wakes: the newer undrain must win all the same.
        Assert.NotEmpty((await a.PutAsync(StateWorld.Drain("us-east"), default)).Unreached);
        Assert.NotEmpty((await a.PutAsync(StateWorld.Undrain("us-east"), default)).Unreached);
        await Eventually.True(() => a.Mode == StateMode.Stale);

        redis.Resume();
        await Eventually.True(() => b.StateOf("us-east") == OverrideState.None);
        await Eventually.True(() => a.Mode == StateMode.Fresh && b.Mode == StateMode.Fresh && b.IsFresh("a") && a.IsFresh("b"));
        Assert.Contains("\"none\"", redis.Command("HGET", "gslb:overrides", "us-east"), StringComparison.Ordinal);
    }
}
