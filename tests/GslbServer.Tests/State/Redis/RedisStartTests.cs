using GslbServer.State;

namespace GslbServer.Tests;

/// <summary>The first moments with a real redis-server.</summary>
public sealed class RedisStartTests
{
    [Fact]
    public async Task Wrong_password_is_one_warning_without_the_password()
    {
        using var redis = new PrivateRedis("--requirepass", "right");
        var log = new RecordedLog<StateFeed>();
        await using StateFeed a = await RedisNode.StartAsync("a", redis, ",password=secret", log);
        await Eventually.True(() => !a.Stores[0].IsReachable && !log.Warnings.IsEmpty);
        await Eventually.True(() => a.Mode == StateMode.Safe);

        await using StateFeed b = await RedisNode.StartAsync("b", redis, ",password=right");
        await Eventually.True(() => b.Stores[0].IsReachable);

        Assert.Single(log.Warnings);
        Assert.All(log.All, line => Assert.DoesNotContain("secret", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unreachable_Redis_at_the_start_is_one_warning_and_it_is_found_later()
    {
        using var redis = new PrivateRedis();
        redis.Kill();
        var log = new RecordedLog<StateFeed>();
        await using StateFeed a = await RedisNode.StartAsync("a", redis, "", log);
        a.Observe([StateWorld.Up()]);
        Assert.True(a.Of("a")!.Report.IsProber);
        await Eventually.True(() => a.Mode == StateMode.Safe);
        Assert.Single(log.Warnings);

        redis.Start();
        await Eventually.True(() => a.Mode == StateMode.Fresh && a.Stores[0].IsReachable);
        Assert.Single(log.Warnings);
        Assert.Contains(log.All, line => line.Contains("is reached", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reachable_Redis_is_no_warning()
    {
        using var redis = new PrivateRedis();
        var log = new RecordedLog<StateFeed>();
        await using StateFeed a = await RedisNode.StartAsync("a", redis, "", log);
        await Eventually.True(() => a.Stores[0].IsReachable && a.Stores[0].Error is null);
        Assert.Empty(log.Warnings);
    }
}
