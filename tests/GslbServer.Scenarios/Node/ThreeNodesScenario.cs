using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Three nodes on one Redis decide by majority; no single one can take a region down, or keep a dead one up.</summary>
public sealed class ThreeNodesScenario
{
    private const string European = "www.example.org A +subnet=198.51.100.0/24";

    [Fact]
    public async Task A_hung_endpoint_leaves_all_nodes_and_a_node_that_slept_or_died_changes_nothing()
    {
        await using World world = await World.CreateAsync();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, redis, 1), two = await StartAsync(world, redis, 2), three = await StartAsync(world, redis, 3);
        GslbNode[] nodes = [one, two, three];
        foreach (GslbNode node in nodes)
            await SeesAsync(node, 3);
        await using Watcher first = new(one, European), second = new(two, European);
        await using (var third = new Watcher(three, European))
        {
            world.Europe.Hang();
            await AllAsync([first, second, third], world.Address(1), "an answer without the hung endpoint");
            world.Europe.Continue();
            await AllAsync([first, second, third], world.Address(2), "the endpoint that answers again");
            AssertNeverEmpty(third);
        }

        // What a node finds late when it wakes tells of itself, not of the endpoints.
        int[] from = [first.Count, second.Count];
        three.Send(Signal.Stop);
        await SeesAsync(one, 2);
        three.Send(Signal.Continue);
        await SeesAsync(one, 3);
        await SeesAsync(three, 3);
        await Eventually.GetAsync(() => three.DigAsync(European), r => r.Ttl == 20);
        Assert.DoesNotContain("went down", string.Join('\n', three.Output.Lines.SkipWhile(l => !l.Contains("late and is left out", StringComparison.Ordinal))));
        Assert.All(first.Replies.Skip(from[0]).Concat(second.Replies.Skip(from[1])), r => Assert.Equal(world.Address(2), Assert.Single(r.Data)));

        three.Send(Signal.Kill);
        world.Europe.Kill();
        await AllAsync([first, second], world.Address(1), "an answer of the two that are left");
        AssertNeverEmpty(first);
        AssertNeverEmpty(second);
    }

    private static void AssertNeverEmpty(Watcher watcher) => Assert.All(watcher.Stop(), r => Assert.True(r is { Status: "NOERROR", Data.Count: 1 }, r.Text));

    private static Task<GslbNode> StartAsync(World world, RedisServer redis, int number) =>
        GslbNode.StartAsync(world.Zones, world.State($"{number}"), $"node-{number}", ["--redis", redis.Configuration]);

    private static async Task AllAsync(IEnumerable<Watcher> watchers, string address, string what)
    {
        foreach (Watcher watcher in watchers)
            await watcher.UntilAsync(r => r.Data[0] == address, what);
    }

    /// <summary>Waits until the node hears so many vantages, itself among them.</summary>
    private static Task SeesAsync(GslbNode node, int count) =>
        Eventually.GetAsync(async () => (await node.GetAsync("api/v1/status"))["vantages"]!.AsArray().Count(n => (double)n!["ageSeconds"]! < 6), fresh => fresh == count);
}
