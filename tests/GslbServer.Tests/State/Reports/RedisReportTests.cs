using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Reports over a real redis-server: told by what changed, and whole to whoever lacks something.</summary>
public sealed class RedisReportTests
{
    [Fact]
    public async Task Changes_reach_those_who_follow_and_the_whole_those_who_come_late()
    {
        using var redis = new PrivateRedis();
        await using RedisStore writer = Store(redis), follower = Store(redis);
        Observation[] sees = [.. Enumerable.Range(0, 50).Select(i => StateWorld.Up($"tcp:192.0.2.{i}:443"))];
        for (int second = 1; second <= 80; second++)
        {
            sees = [.. sees];
            sees[second % 50] = StateWorld.Down(sees[second % 50].Monitor, -second % 9);
            await writer.WriteReportAsync(StateWorld.Report("a", 5, second, sees), false, default);
            if (second % 7 != 0 && second is < 30 or > 70)
                Assert.Equal(sees, Assert.Single((await follower.ReadAsync(default)).Reports).Observations);
            if (second % 20 == 0)
            {
                await using RedisStore late = Store(redis);
                VantageReport report = Assert.Single((await late.ReadAsync(default)).Reports);
                Assert.Equal((5, second), (report.Boot, report.Sequence));
                Assert.Equal(sees, report.Observations);
            }
        }
    }

    [Fact]
    public async Task What_a_store_lost_is_written_whole_again()
    {
        using var redis = new PrivateRedis();
        await using RedisStore writer = Store(redis), reader = Store(redis);
        await writer.WriteReportAsync(StateWorld.Report("a", 5, 1, StateWorld.Up()), false, default);
        Assert.Single((await reader.ReadAsync(default)).Reports);
        redis.Command("FLUSHALL");
        await writer.WriteReportAsync(StateWorld.Report("a", 5, 2, StateWorld.Up()), false, default);
        Assert.Equal([StateWorld.Up()], Assert.Single((await reader.ReadAsync(default)).Reports).Observations);
    }

    [Fact]
    public async Task Older_nodes_read_records_that_advance_and_are_read()
    {
        using var redis = new PrivateRedis();
        await using RedisStore writer = Store(redis), reader = Store(redis);
        for (int second = 1; second <= 3; second++)
            await writer.WriteReportAsync(StateWorld.Report("new", 5, second, StateWorld.Up()), false, default);
        Assert.Contains("\"sequence\":3,", redis.Command("HGET", "gslb:report:new", "record"), StringComparison.Ordinal);

        for (int second = 1; second <= 3; second++)
        {
            string record = System.Text.Encoding.UTF8.GetString(StateJson.Write(StateWorld.Report("old", 7, second, StateWorld.Down(streak: -second))));
            redis.Command("HSET", "gslb:report:old", "boot", "7", "seq", $"{second}", "record", record);
            redis.Command("ZADD", "gslb:nodes", "9999999999999", "old");
            VantageReport old = Assert.Single((await reader.ReadAsync(default)).Reports, report => report.Node == "old");
            Assert.Equal((7, second, -second), (old.Boot, old.Sequence, old.Observations[0].Streak));
            Assert.Equal(old, Assert.Single((await reader.ReadAsync(default)).Reports, report => report.Node == "old"));
        }

        // And when the node goes back to the older version, what the newer one left behind misleads nobody.
        redis.Command("HSET", "gslb:report:new", "boot", "9", "seq", "1", "record", System.Text.Encoding.UTF8.GetString(StateJson.Write(StateWorld.Report("new", 9, 1))));
        VantageReport back = Assert.Single((await reader.ReadAsync(default)).Reports, report => report.Node == "new");
        Assert.Equal((9, 0), (back.Boot, back.Observations.Count));
    }

    [Fact]
    public async Task More_than_one_answer_holds_is_read_in_several()
    {
        using var redis = new PrivateRedis();
        await using RedisStore reader = Store(redis);
        for (int node = 0; node < 6; node++)
        {
            await using RedisStore writer = Store(redis);
            Observation[] sees = [.. Enumerable.Range(0, 2000).Select(i => StateWorld.Up($"https:192.0.{i / 250}.{i % 250}:443/a/path/that/is/long"))];
            await writer.WriteReportAsync(StateWorld.Report($"node-{node}", 5, 1, sees), false, default);
        }

        StoreContents contents = await reader.ReadAsync(default);
        Assert.True(contents.IsPartial);
        for (int i = 0; i < 6 && contents.IsPartial; i++)
            contents = await reader.ReadAsync(default);
        Assert.Equal(6, contents.Reports.Count);
        Assert.False(contents.IsPartial);
    }

    private static RedisStore Store(PrivateRedis redis) => new(redis.Configuration, "gslb", TimeProvider.System);
}
