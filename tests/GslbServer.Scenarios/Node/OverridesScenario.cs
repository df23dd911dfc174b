using System.Diagnostics;
using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Node;

/// <summary>Three nodes, each with a Redis of its own and one more to read: what operators decided outlives all but one of the nodes and every Redis, and never empties a name.</summary>
public sealed class OverridesScenario(ITestOutputHelper output)
{
    private const string European = "www.example.org A +subnet=198.51.100.0/24";
    private const string Failover = "eu.example.org A";

    [Fact]
    public async Task An_override_and_who_made_it_survive_every_Redis_and_all_nodes_but_one()
    {
        await using World world = await World.CreateAsync();
        await using RedisServer first = await RedisServer.StartAsync(), second = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, "node-1", first, second), two = await StartAsync(world, "node-2", second, first), three = await StartAsync(world, "node-3", second, first);
        foreach (GslbNode node in new[] { one, two, three })
            await SeesAsync(node, 3);

        var time = Stopwatch.StartNew();
        ToolResult drained = await one.CommandAsync("drain", "eu-west", "--reason", "rack move", "--owner", "alice");
        Assert.True(drained.ExitCode == 0, drained.Text);
        double commanded = time.Elapsed.TotalSeconds;
        foreach (GslbNode node in new[] { one, two, three })
            await AnswersAsync(node, European, world.Address(1));
        output.WriteLine($"in force on all nodes {time.Elapsed.TotalSeconds - commanded:0.00} s after the command, which took {commanded:0.00} s");
        foreach (GslbNode node in new[] { two, three })
            await Eventually.GetAsync(() => AuditAsync(node), entries => entries.Any(IsAlices));
        Assert.Single(await AuditAsync(two), IsAlices);

        // Everything but the third node, and then that one too, without a chance to say or save anything.
        foreach (RedisServer redis in new[] { first, second })
            redis.Send(Signal.Kill);
        foreach (GslbNode node in new[] { one, two, three })
        {
            node.Send(Signal.Kill);
            await node.WaitForExitAsync();
        }

        await three.RestartAsync();
        Assert.Equal(world.Address(1), Assert.Single((await three.DigAsync(European)).Data));
        JsonNode alices = Assert.Single(await AuditAsync(three), IsAlices)!;
        Assert.Equal(("node-1", "rack move"), ((string)alices["node"]!, (string)alices["reason"]!));
        Assert.Empty((await three.GetAsync("api/v1/audit"))["problems"]!.AsArray());

        time.Restart();
        foreach (RedisServer redis in new[] { first, second })
            await redis.RestartAsync();
        double restarted = time.Elapsed.TotalSeconds;
        foreach (RedisServer redis in new[] { first, second })
        {
            await Eventually.GetAsync(() => redis.CommandAsync("HGET", "gslb:overrides", "eu-west"), r => r.Text.Contains("rack move", StringComparison.Ordinal));
            await Eventually.GetAsync(() => redis.CommandAsync("XLEN", "gslb:audit"), r => r.Text.Trim() is not "0");
        }

        output.WriteLine($"back in both emptied stores {time.Elapsed.TotalSeconds - restarted:0.00} s after they came back");

        // A node that has lost its disk learns it all.
        Directory.Delete(world.State("node-1"), recursive: true);
        await one.RestartAsync();
        await AnswersAsync(one, European, world.Address(1));
        await Eventually.GetAsync(() => AuditAsync(one), entries => entries.Count(IsAlices) == 1);
        Assert.Equal(0, (await one.CommandAsync("undrain", "eu-west")).ExitCode);
        await AnswersAsync(three, European, world.Address(2));
    }

    [Fact]
    public async Task Two_drains_at_once_or_a_drain_and_a_death_never_leave_a_name_with_nothing()
    {
        await using World world = await World.CreateAsync();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, "node-1", redis), two = await StartAsync(world, "node-2", redis);
        await SeesAsync(one, 2);
        await SeesAsync(two, 2);
        await using Watcher first = new(one, Failover), second = new(two, Failover);

        // Neither knows of the other's decision: Redis hangs meanwhile.
        redis.Send(Signal.Stop);
        ToolResult[] both = await Task.WhenAll(one.CommandAsync("drain", "eu-west", "--reason", "kernel"), two.CommandAsync("drain", "us-east", "--reason", "switch"));
        Assert.All(both, result => Assert.True(result.ExitCode == 0, result.Text));
        redis.Send(Signal.Continue);
        string[] newer = await Eventually.GetAsync(async () => (string[])[await AsideAsync(one), await AsideAsync(two)], aside => aside[0].Length > 0 && aside[0] == aside[1]);
        string served = newer[0] == "eu-west" ? world.Address(2) : world.Address(1);
        await AnswersAsync(one, Failover, served);
        await AnswersAsync(two, Failover, served);
        Assert.Contains($"drain of {newer[0]} by", (await one.CommandAsync("status")).Text);

        // The one that gave way stands once the other is back.
        string older = newer[0] == "eu-west" ? "us-east" : "eu-west";
        Assert.Equal(0, (await two.CommandAsync("undrain", older)).ExitCode);
        await AnswersAsync(two, Failover, served == world.Address(2) ? world.Address(1) : world.Address(2));

        // What it sends clients to dies.
        (older == "us-east" ? world.America : world.Europe).Kill();
        await AnswersAsync(one, Failover, served);
        await AnswersAsync(two, Failover, served);
        Assert.All(first.Stop().Concat(second.Stop()), reply => Assert.True(reply is { Status: "NOERROR", Data.Count: > 0 }, reply.Text));
    }

    [Fact]
    public async Task A_recovered_region_waits_for_an_undrain_on_every_node_and_status_says_how()
    {
        await using World world = await World.CreateAsync();
        world.WriteZone("2026112102", "manual 20 STEER failover eu-west us-east check=web ramp=0s failback=manual");
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, "node-1", redis), two = await StartAsync(world, "node-2", redis);
        const string Manual = "manual.example.org A";
        await AnswersAsync(one, Manual, world.Address(2));
        world.Europe.Kill();
        await AnswersAsync(one, Manual, world.Address(1));
        await AnswersAsync(two, Manual, world.Address(1));
        await world.Europe.RestartAsync();
        await Eventually.GetAsync(() => one.DigAsync(Failover), r => r.Data.SequenceEqual([world.Address(2)]));
        foreach (GslbNode node in new[] { one, two })
        {
            await Eventually.GetAsync(() => node.CommandAsync("status"), r => r.Text.Contains("waits at manual.example.org. (failback=manual): gslb undrain eu-west", StringComparison.Ordinal));
            Assert.Equal(world.Address(1), Assert.Single((await node.DigAsync(Manual)).Data));
        }

        ToolResult undrained = await two.CommandAsync("undrain", "eu-west");
        Assert.True(undrained.ExitCode == 0, undrained.Text);
        await AnswersAsync(one, Manual, world.Address(2));
        await AnswersAsync(two, Manual, world.Address(2));
        Assert.Equal(1, (await two.CommandAsync("undrain", "us-east")).ExitCode);
    }

    [Fact]
    public async Task A_drain_with_a_ramp_is_watched_from_the_first_short_TTL_to_the_last_cache()
    {
        await using World world = await World.CreateAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        ToolResult watched = await node.CommandAsync("drain", "eu-west", "--reason", "rack move", "--ramp", "5s", "--wait");
        Assert.True(watched.ExitCode == 0, watched.Text);
        string[] phases = ["lowering-ttl", "moving", "settling", "in-force", "no balancer reports what still arrives"];
        int[] at = [.. phases.Select(phase => watched.Text.IndexOf(phase, StringComparison.Ordinal))];
        Assert.True(at.All(position => position >= 0) && at.SequenceEqual(at.Order()), watched.Text);
        Assert.Equal(world.Address(1), Assert.Single((await node.DigAsync(European)).Data));
    }

    private static Task<GslbNode> StartAsync(World world, string name, params RedisServer[] stores) =>
        GslbNode.StartAsync(world.Zones, world.State(name), name, stores.SelectMany(redis => (string[])["--redis", redis.Configuration]));

    private static Task AnswersAsync(GslbNode node, string question, string address) => Eventually.GetAsync(() => node.DigAsync(question), r => r.Data.Count == 1 && r.Data[0] == address);

    private static Task SeesAsync(GslbNode node, int count) =>
        Eventually.GetAsync(async () => (await node.GetAsync("api/v1/status"))["vantages"]!.AsArray().Count(n => (double)n!["ageSeconds"]! < 6), fresh => fresh == count);

    private static async Task<string> AsideAsync(GslbNode node) =>
        string.Join(' ', (await node.GetAsync("api/v1/overrides")).AsArray().Where(o => o!["standsAsideAt"]!.AsArray().Any(name => (string)name! == "eu.example.org.")).Select(o => (string)o!["target"]!));

    private static async Task<JsonNode?[]> AuditAsync(GslbNode node) => [.. (await node.GetAsync("api/v1/audit?kind=override&target=eu-west"))["entries"]!.AsArray()];

    private static bool IsAlices(JsonNode? entry) => (string?)entry!["who"] == "alice" && (string?)entry["to"] == "drain" && (string?)entry["origin"] is not null;
}
