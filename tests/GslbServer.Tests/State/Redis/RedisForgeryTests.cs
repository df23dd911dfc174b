using System.Globalization;
using System.Text;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Somebody else has the Redis. Where records are signed, neither a verdict nor an override moves by his hand.</summary>
public sealed class RedisForgeryTests
{
    private static readonly StateSigner Signer = StateSignerTests.Keys("0123456789abcdef0123456789abcdef");

    [Fact]
    public async Task Signed_nodes_understand_each_other()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis, signer: Signer), b = await RedisNode.StartAsync("b", redis, signer: Signer);
        a.Observe([StateWorld.Down()]);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.IsFresh("a") && b.Of("a")!.Report.Observations is [{ Verdict: Verdict.Down }] && b.StateOf() == OverrideState.Drain);
        a.Observe([StateWorld.Up()]);
        await Eventually.True(() => b.Of("a")!.Report.Observations is [{ Verdict: Verdict.Up }]);
        Assert.Equal((0, 0), (b.Stores[0].Forged, b.Stores[0].Unreadable));
    }

    [Fact]
    public async Task Forged_copied_and_replayed_records_change_nothing()
    {
        using var redis = new PrivateRedis();
        await using StateFeed a = await RedisNode.StartAsync("a", redis, signer: Signer), b = await RedisNode.StartAsync("b", redis, signer: Signer);
        a.Observe([StateWorld.Down()]);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.IsFresh("a") && b.Of("a")!.Report.Observations is [{ Verdict: Verdict.Down }]);
        Dictionary<string, string> old = Hash(redis, "gslb:report:a");
        string drain = Hash(redis, "gslb:overrides")["eu-west"];

        // Life goes on: the drain is over, and all is up.
        await a.PutAsync(StateWorld.Undrain(), default);
        a.Observe([StateWorld.Up()]);
        await Eventually.True(() => b.Of("a")!.Report.Observations is [{ Verdict: Verdict.Up }] && b.StateOf() == OverrideState.None);

        for (int round = 0; round < 10; round++)
        {
            // Replayed as it was, and under a number that is not its own.
            Write(redis, "gslb:report:a", old);
            Write(redis, "gslb:report:a", new(old) { ["seq"] = (long.Parse(old["seq"], CultureInfo.InvariantCulture) + 100_000).ToString(CultureInfo.InvariantCulture) });
            // A vantage that is none, by copy and by hand.
            Write(redis, "gslb:report:evil", old);
            redis.Command("ZADD", "gslb:nodes", "9999999999999", "evil");
            Write(redis, "gslb:report:mad", new() { ["boot"] = "9", ["seq"] = $"{round + 1}", ["record"] = Encoding.UTF8.GetString(StateJson.Write(StateWorld.Report("mad", 9, round + 1, StateWorld.Down()))) });
            redis.Command("ZADD", "gslb:nodes", "9999999999999", "mad");
            // An old drain, one for another place, and one of his own.
            redis.Command("HSET", "gslb:overrides", "eu-west", drain, "us-east", drain.Replace("eu-west", "us-east", StringComparison.Ordinal));
            redis.Command("HSET", "gslb:overrides", "ap-south", Encoding.UTF8.GetString(StateJson.Write(StateWorld.Drain("ap-south") with { Revision = "253402300799999-999999-evil" })));
            await Eventually.True(() => b.Stores[0].Forged > 0);
            Assert.Equal(OverrideState.None, b.StateOf());
            Assert.Null(b.StateOf("us-east"));
            Assert.Null(b.StateOf("ap-south"));
            Assert.DoesNotContain(b.Vantages, v => v.Report.Node is "evil" or "mad");
            Assert.DoesNotContain(b.Vantages, v => v.Report.Observations.Any(o => o.Verdict == Verdict.Down));
            await Task.Delay(100);
        }

        // He lets go, and what is true is there again, in places of his numbers too.
        await a.PutAsync(StateWorld.Drain("ap-south"), default);
        await Eventually.True(() => b.IsFresh("a") && b.StateOf("ap-south") == OverrideState.Drain);
        await Eventually.True(() => Hash(redis, "gslb:overrides")["ap-south"].Contains("\"sig\":", StringComparison.Ordinal));
        redis.Command("FLUSHALL");
        await Eventually.True(() => b.Stores[0].Forged == 0 && b.IsFresh("a") && b.StateOf() == OverrideState.None);
    }

    [Fact]
    public async Task Node_without_the_key_is_not_heard_and_said_so_once()
    {
        using var redis = new PrivateRedis();
        var log = new RecordedLog<StateFeed>();
        await using StateFeed a = await RedisNode.StartAsync("a", redis, log: log, signer: Signer), b = await RedisNode.StartAsync("b", redis);
        b.Observe([StateWorld.Down()]);
        await b.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => a.Stores[0].Forged == 2 && b.IsFresh("a"));
        Assert.Null(a.Of("b"));
        Assert.Null(a.StateOf());
        await Eventually.True(() => log.Warnings.Any(line => line.Contains("without a valid signature", StringComparison.Ordinal)));
    }

    private static Dictionary<string, string> Hash(PrivateRedis redis, string key)
    {
        string[] parts = redis.Command("HGETALL", key).Split("\r\n");
        var fields = new Dictionary<string, string>();
        for (int i = 2; i + 2 < parts.Length; i += 4)
            fields[parts[i]] = parts[i + 2];
        return fields;
    }

    private static void Write(PrivateRedis redis, string key, Dictionary<string, string> fields) =>
        redis.Command(["HSET", key, .. fields.SelectMany(field => new[] { field.Key, field.Value })]);
}
