using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Two nodes share one Redis. A drain on one is a drain on both, and what happens to Redis changes no answer.</summary>
public sealed class TwoNodesScenario
{
    private const string European = "www.example.org A +subnet=198.51.100.0/24";

    [Fact]
    public async Task A_drain_on_one_node_is_in_force_on_the_other_and_outlives_restarts()
    {
        await using World world = await World.CreateAsync();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, redis, "node-1");
        await using GslbNode two = await StartAsync(world, redis, "node-2");

        ToolResult drained = await one.CommandAsync("drain", "eu-west", "--reason", "rack move");
        Assert.True(drained.ExitCode == 0, drained.Text);
        await AnswersAsync(one, world.Address(1), TimeSpan.FromSeconds(5));
        await AnswersAsync(two, world.Address(1), TimeSpan.FromSeconds(5));

        one.Send(Signal.Term);
        two.Send(Signal.Term);
        Assert.Equal(0, await one.WaitForExitAsync());
        Assert.Equal(0, await two.WaitForExitAsync());
        await one.RestartAsync();
        await two.RestartAsync();
        Assert.Equal(world.Address(1), Assert.Single((await one.DigAsync(European)).Data));
        Assert.Equal(world.Address(1), Assert.Single((await two.DigAsync(European)).Data));

        ToolResult undrained = await two.CommandAsync("undrain", "eu-west");
        Assert.True(undrained.ExitCode == 0, undrained.Text);
        await AnswersAsync(one, world.Address(2), TimeSpan.FromSeconds(5));
        await AnswersAsync(two, world.Address(2), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_killed_hung_and_emptied_Redis_changes_no_answer_and_overrides_reappear()
    {
        await using World world = await World.CreateAsync();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, redis, "node-1");
        await using GslbNode two = await StartAsync(world, redis, "node-2");
        Assert.Equal(0, (await one.CommandAsync("drain", "eu-west", "--reason", "rack move")).ExitCode);
        await AnswersAsync(two, world.Address(1), TimeSpan.FromSeconds(5));

        await StaysAsync(one, two, world, async () =>
        {
            redis.Send(Signal.Kill);
            await ModeAsync(one, reachable: false);
            await redis.RestartAsync();
            await ModeAsync(one, reachable: true);
        });
        await OverrideInRedisAsync(redis);

        await StaysAsync(one, two, world, async () =>
        {
            redis.Send(Signal.Stop);
            await ModeAsync(two, reachable: false);
            redis.Send(Signal.Continue);
            await ModeAsync(two, reachable: true);
        });

        await StaysAsync(one, two, world, async () =>
        {
            await redis.CommandAsync("FLUSHALL");
            await OverrideInRedisAsync(redis);
        });
    }

    [Fact]
    public async Task A_Redis_that_takes_no_writes_changes_no_answer_and_is_one_warning()
    {
        await using World world = await World.CreateAsync();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, redis, "node-1");
        await using GslbNode two = await StartAsync(world, redis, "node-2");
        Assert.Equal(0, (await one.CommandAsync("drain", "eu-west", "--reason", "rack move")).ExitCode);
        await AnswersAsync(two, world.Address(1), TimeSpan.FromSeconds(5));
        await StaysAsync(one, two, world, async () =>
        {
            // A replica of nobody: read-only, with all it had.
            await redis.CommandAsync("REPLICAOF", "127.0.0.1", $"{FreePort.Tcp()}");
            await ModeAsync(one, reachable: false);
            await ModeAsync(two, reachable: false);
            ToolResult drained = await one.CommandAsync("drain", "ap-south", "--reason", "while read-only");
            Assert.True(drained.ExitCode == 0, drained.Text);
            await redis.CommandAsync("REPLICAOF", "NO", "ONE");
            await ModeAsync(one, reachable: true);
            await ModeAsync(two, reachable: true);
            await Eventually.GetAsync(() => two.Http.GetStringAsync("api/v1/overrides"), text => text.Contains("ap-south", StringComparison.Ordinal));
        });
        Assert.All(new[] { one, two }, node => Assert.Single(node.Output.Lines, l => l.Contains("READONLY", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_killed_node_leaves_the_other_to_its_own_word_and_a_stopped_one_counts_out()
    {
        await using World world = await World.CreateAsync();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, redis, "node-1");
        await using GslbNode two = await StartAsync(world, redis, "node-2");
        await VotesAsync(one, 2);
        await using var watcher = new Watcher(one, European);

        two.Send(Signal.Kill);
        await two.WaitForExitAsync();
        world.Europe.Kill();
        await watcher.UntilAsync(r => r.Data[0] == world.Address(1), "an answer without the dead endpoint");
        Assert.Contains("of 1 vantages", one.Output.ToString());
        await world.Europe.RestartAsync();
        await watcher.UntilAsync(r => r.Data[0] == world.Address(2), "the recovered endpoint");

        await two.RestartAsync();
        await VotesAsync(one, 2);
        two.Send(Signal.Term);
        Assert.Equal(0, await two.WaitForExitAsync());
        await VotesAsync(one, 1);
        world.Europe.Kill();
        await watcher.UntilAsync(r => r.Data[0] == world.Address(1), "an answer without the dead endpoint");
        Assert.All(watcher.Stop(), r => Assert.True(r is { Status: "NOERROR", Data.Count: 1 }, r.Text));
    }

    [Fact]
    public async Task An_unreachable_Redis_at_the_start_is_a_warning_and_the_node_serves()
    {
        await using World world = await World.CreateAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"), more: ["--redis", $"127.0.0.1:{FreePort.Tcp()}"]);
        Assert.Equal(world.Address(2), Assert.Single((await node.DigAsync(European)).Data));
        await Eventually.TrueAsync(() => node.Output.Lines.Count(IsWarning) == 1, () => node.Output.ToString());
        Assert.Single(node.Output.Lines, IsWarning);
    }

    private static bool IsWarning(string line) => line.Contains("Redis", StringComparison.OrdinalIgnoreCase) && line.Contains("warn", StringComparison.OrdinalIgnoreCase);

    private static Task<GslbNode> StartAsync(World world, RedisServer redis, string name) =>
        GslbNode.StartAsync(world.Zones, world.State(name), name, ["--redis", redis.Configuration]);

    private static Task AnswersAsync(GslbNode node, string address, TimeSpan deadline) =>
        Eventually.GetAsync(() => node.DigAsync(European), r => r.Data.Count == 1 && r.Data[0] == address, deadline);

    private static Task ModeAsync(GslbNode node, bool reachable) =>
        Eventually.GetAsync(() => node.Http.GetStringAsync("metrics"), m => m.Split('\n').Any(l => l.StartsWith("gslb_store_up{", StringComparison.Ordinal) && l.EndsWith(reachable ? " 1" : " 0", StringComparison.Ordinal)));

    /// <summary>Waits until the node hears so many vantages that probe, itself among them.</summary>
    private static Task VotesAsync(GslbNode node, int count) => Eventually.GetAsync(async () => (await node.GetAsync("api/v1/status"))["vantages"]!.AsArray()
        .Count(n => (double)n!["ageSeconds"]! < 6 && !(bool)n["leaving"]!), fresh => fresh == count);

    private static Task OverrideInRedisAsync(RedisServer redis) =>
        Eventually.GetAsync(() => redis.CommandAsync("HKEYS", "gslb:overrides"), r => r.Text.Contains("eu-west", StringComparison.Ordinal), TimeSpan.FromSeconds(20));

    /// <summary>Digs at both nodes without a pause while something happens to Redis; every answer is the drained one.</summary>
    private static async Task StaysAsync(GslbNode one, GslbNode two, World world, Func<Task> happens)
    {
        Task happening = happens();
        do
        {
            foreach (GslbNode node in new[] { one, two })
            {
                DigReply reply = await node.DigAsync(European);
                Assert.True(reply.Status == "NOERROR" && reply.Data.SequenceEqual([world.Address(1)]), reply.Text);
            }
        }
        while (!happening.IsCompleted);
        await happening;
    }
}
