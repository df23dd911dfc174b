using System.Globalization;
using System.Text;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Every key may hold anything: nothing of it is fatal, and what is true gets through all the same.</summary>
public sealed class RedisGarbageTests
{
    [Theory]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("99999999999999999999999999", "1")]
    [InlineData("inf", "nan")]
    [InlineData("-1", "x")]
    public async Task Forged_numbers_do_not_silence_a_node(string boot, string sequence)
    {
        using var redis = new PrivateRedis();
        string record = Encoding.UTF8.GetString(StateJson.Write(StateWorld.Report("a", 1, 1, StateWorld.Down())))
            .Replace("\"boot\":1,\"sequence\":1", $"\"boot\":{boot},\"sequence\":{sequence}", StringComparison.Ordinal);
        redis.Command("HSET", "gslb:report:a", "boot", boot, "seq", sequence, "record", record);
        redis.Command("ZADD", "gslb:nodes", "1", "a");
        await using StateFeed b = await RedisNode.StartAsync("b", redis);
        await Eventually.True(() => b.Stores[0].IsReachable);
        await using StateFeed a = await RedisNode.StartAsync("a", redis);
        a.Observe([StateWorld.Up()]);
        await Eventually.True(() => b.IsFresh("a") && b.Of("a")!.Report.Observations is [{ Verdict: Verdict.Up }]);
    }

    [Fact]
    public async Task Values_beyond_all_measure_are_counted_and_not_read()
    {
        using var redis = new PrivateRedis();
        redis.Command("HSET", "gslb:report:big", "boot", "1", "seq", "1", "record", new string('x', (16 * 1024 * 1024) + 1));
        redis.Command("HSET", "gslb:report:odd", "boot", new string('9', 100_000), "seq", "1", "record", "{}");
        redis.Command("ZADD", "gslb:nodes", "9999999999999", "big", "9999999999999", "odd", "9999999999999", new string('n', 100_000));
        redis.Command("HSET", "gslb:overrides", "eu-west", new string('x', 100_000), new string('t', 2000), "{}");
        await using StateFeed a = await RedisNode.StartAsync("a", redis);
        await Eventually.True(() => a.Stores[0] is { IsReachable: true, Unreadable: 5 });
        await a.PutAsync(StateWorld.Drain(), default);
        await using StateFeed b = await RedisNode.StartAsync("b", redis);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain && b.IsFresh("a"));
    }

    [Fact]
    public async Task An_override_of_a_revision_that_none_can_exceed_is_exceeded()
    {
        using var redis = new PrivateRedis();
        redis.Command("HSET", "gslb:overrides", "eu-west", Encoding.UTF8.GetString(StateJson.Write(StateWorld.Drain() with { Revision = "253402300799999-999999-zzz" })),
            "us-east", """{"v":1,"revision":"zzzz"}""");
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        await Eventually.True(() => a.StateOf() == OverrideState.Drain);
        await a.PutAsync(StateWorld.Undrain(), default);
        await a.PutAsync(StateWorld.Drain("us-east"), default);
        await Eventually.True(() => b.StateOf() == OverrideState.None && b.StateOf("us-east") == OverrideState.Drain);
    }

    [Fact]
    public async Task Records_of_a_newer_version_are_left_alone_and_counted()
    {
        using var redis = new PrivateRedis();
        redis.Command("HSET", "gslb:report:new", "boot", "1", "seq", "1", "record", """{"v":2,"node":"new"}""");
        redis.Command("ZADD", "gslb:nodes", "9999999999999", "new");
        redis.Command("HSET", "gslb:overrides", "eu-west", """{"v":2,"target":"eu-west","revision":"001795000000000-000000-new"}""");
        await using StateFeed a = await RedisNode.StartAsync("a", redis);
        await Eventually.True(() => a.Stores[0] is { IsReachable: true, Unreadable: 2 });
        Assert.Contains("\"v\":2", redis.Command("HGET", "gslb:overrides", "eu-west"), StringComparison.Ordinal);
    }

    /// <summary>Seeded: what every key may hold, two nodes that go on, and in the end everything in its place.</summary>
    [Fact]
    public async Task Nodes_outlive_whatever_stands_in_any_key()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis), b = await RedisNode.StartAsync("b", redis);
        a.Observe([StateWorld.Up()]);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.IsFresh("a") && b.StateOf() == OverrideState.Drain);
        var random = new Random(20261128);
        int rounds = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 5000 : 400;
        for (int i = 0; i < rounds; i++)
        {
            redis.Command(Mutation(random, redis));
            if (i % 20 == 0)
                await Task.Delay(60);
        }

        Assert.Equal(OverrideState.Drain, b.StateOf());
        // What fuzzing invented of overrides stays until somebody takes it back; the nodes and the store work as ever.
        await a.PutAsync(StateWorld.Drain("last"), default);
        // All this takes longer than a prober may be silent.
        a.Observe([StateWorld.Up()]);
        await Eventually.True(() => a.Stores[0].IsReachable && b.Stores[0].IsReachable && b.IsFresh("a") && a.IsFresh("b") && b.StateOf("last") == OverrideState.Drain
            && b.Of("a")!.Report.Observations.SequenceEqual([StateWorld.Up()]));
    }

    private static string[] Mutation(Random random, PrivateRedis redis)
    {
        string[] keys = ["gslb:nodes", "gslb:report:a", "gslb:report:b", "gslb:report:c", "gslb:overrides", "gslb:lat", "gslb:latmap:5849310", "gslb:lat:5849310:a"];
        string key = keys[random.Next(keys.Length)];
        string[] fields = ["boot", "seq", "record", "life", "rev", "base", "sig", "recordSig", $"d{random.Next(40)}", "eu-west", "other"];
        string field = fields[random.Next(fields.Length)];
        switch (random.Next(9))
        {
            case 0:
                return ["SET", key, Garbage(random)];
            case 1:
                redis.Command("DEL", key);
                return ["LPUSH", key, Garbage(random)];
            case 2:
                return ["DEL", key];
            case 3:
                return ["ZADD", "gslb:nodes", "9999999999999", random.Next(2) == 0 ? "c" : Garbage(random)];
            case 4:
                return ["HDEL", key, field];
            case 5:
                return ["PUBLISH", "gslb:changed", Garbage(random)];
            case 6:
                // A true record with one octet changed.
                string reply = redis.Command("HGET", "gslb:report:a", "record");
                int start = reply.IndexOf("\r\n", StringComparison.Ordinal) + 2;
                char[] record = [.. reply[Math.Min(start, reply.Length)..].TrimEnd()];
                if (record.Length > 0)
                    record[random.Next(record.Length)] = (char)random.Next(32, 127);
                return ["HSET", "gslb:report:" + "abc"[random.Next(3)], "record", new string(record)];
            default:
                return ["HSET", key, field, Garbage(random)];
        }
    }

    private static string Garbage(Random random) => random.Next(6) switch
    {
        0 => "",
        1 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
        2 => random.Next(20).ToString(CultureInfo.InvariantCulture),
        3 => """{"v":1,"node":"c","boot":1,"sequence":1,"observations":[null]}""",
        4 => """{"v":1,"report":{},"changes":[{"index":-1}]}""",
        _ => string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => (char)random.Next(1, 255))),
    };
}
