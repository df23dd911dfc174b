using GslbServer.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace GslbServer.Tests;

/// <summary>The audit trail on a real redis-server.</summary>
public sealed class RedisAuditTests
{
    [Fact]
    public async Task Nodes_share_it_a_flush_loses_nothing_and_garbage_is_left_alone()
    {
        using var redis = new PrivateRedis();
        await using RedisStore storeA = Store(redis), storeB = Store(redis);
        await using AuditTrail a = await StartAsync("a", storeA), b = await StartAsync("b", storeB);
        for (int i = 0; i < 10; i++)
            Did(i % 2 == 0 ? a : b, $"region-{i}");
        await Eventually.True(() => Read(a).Length == 10 && Read(b).Length == 10);
        Assert.Equal(Read(a), Read(b));
        await Eventually.True(() => redis.Command("XLEN", "gslb:audit") == ":10\r\n");

        redis.Command("XADD", "gslb:audit", "*", "e", "not an entry");
        redis.Command("XADD", "gslb:audit", "*", "other", "{\"v\":2}");
        redis.Command("XADD", "gslb:audit", "*", "e", "{\"v\":1,\"id\":\"253402300799999-000000-mallory\",\"at\":\"2026-11-20T12:00:00Z\",\"node\":\"mallory\",\"kind\":\"override\",\"subject\":\"eu-west\"}");
        Did(a, "after");
        await Eventually.True(() => Read(b).Length == 11);
        Assert.Equal("after", Read(b)[^1].Subject);

        Assert.StartsWith("+OK", redis.Command("FLUSHALL"), StringComparison.Ordinal);
        await Eventually.True(() => redis.Command("XLEN", "gslb:audit") == ":11\r\n");
        Did(b, "refilled");
        await Eventually.True(() => Read(a).Length == 12);
    }

    [Fact]
    public async Task A_key_of_another_type_is_replaced()
    {
        using var redis = new PrivateRedis();
        redis.Command("SET", "gslb:audit", "a string");
        await using RedisStore store = Store(redis);
        await using AuditTrail a = await StartAsync("a", store);
        Did(a, "eu-west");
        await Eventually.True(() => redis.Command("TYPE", "gslb:audit") == "+stream\r\n");
        Assert.Single(Read(a));
    }

    [Fact]
    public async Task What_was_done_while_it_was_away_is_told_when_it_returns()
    {
        using var redis = new PrivateRedis();
        await using RedisStore storeA = Store(redis), storeB = Store(redis);
        await using AuditTrail a = await StartAsync("a", storeA), b = await StartAsync("b", storeB);
        Did(a, "before");
        await Eventually.True(() => Read(b).Length == 1);
        redis.Kill();
        Did(a, "meanwhile");
        Did(b, "there too");
        redis.Start();
        await Eventually.True(() => Read(a).Length == 3 && Read(b).Length == 3);
    }

    private static RedisStore Store(PrivateRedis redis) => new(redis.Configuration, "gslb", TimeProvider.System);

    private static async Task<AuditTrail> StartAsync(string node, RedisStore store)
    {
        var trail = new AuditTrail(node, [store], null, TimeProvider.System, NullLogger<AuditTrail>.Instance);
        await trail.StartAsync(default);
        return trail;
    }

    private static void Did(AuditTrail trail, string target) => trail.Add("override", target, entry => entry with { To = "drain", Who = "alice" });

    private static AuditEntry[] Read(AuditTrail trail) => [.. trail.Read(1000, _ => true, 0, out _)];
}
