using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A region's endpoint dies and returns while a client in Europe keeps asking.</summary>
public sealed class FailoverScenario
{
    private const string European = "www.example.org A +subnet=198.51.100.0/24";

    [Fact]
    public async Task A_killed_endpoint_leaves_every_answer_and_returns_after_rise()
    {
        // Between the first failed check and the second a client must come to ask, on a busy machine too.
        await using World world = await World.CreateAsync(every: "3s");
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        DigReply before = await node.DigAsync(European);
        Assert.Equal(world.Address(2), Assert.Single(before.Data));
        Assert.Equal(20, before.Ttl);

        await using var watcher = new Watcher(node, European);
        world.Europe.Kill();
        await watcher.UntilAsync(r => r.Data[0] != world.Address(2), "an answer without the dead endpoint");
        await watcher.UntilAsync(r => r.Data[0] != world.Address(2) && r.Ttl == 20, "the full TTL, one TTL after the change is complete");
        int returned = watcher.Count;
        await world.Europe.RestartAsync();
        await watcher.UntilAsync(r => r.Data[0] == world.Address(2), "the recovered endpoint");
        await watcher.UntilAsync(r => r.Data[0] == world.Address(2) && r.Ttl == 20, "the full TTL of a stable answer");

        IReadOnlyList<DigReply> all = watcher.Stop();
        Assert.All(all, r => Assert.Equal("NOERROR", r.Status));
        Assert.All(all, r => Assert.Single(r.Data));
        // TTL falls with the first failed probe, before the answer changes; and again before it returns.
        int moved = all.ToList().FindIndex(r => r.Data[0] != world.Address(2));
        Assert.Contains(all.Take(moved), r => r.Data[0] == world.Address(2) && r.Ttl == 5);
        Assert.Contains(all.Skip(returned), r => r.Data[0] != world.Address(2) && r.Ttl == 5);
        Assert.All(all, r => Assert.Contains(r.Ttl, new[] { 5, 20 }));
    }

    [Fact]
    public async Task With_every_endpoint_dead_the_last_good_answer_stays()
    {
        await using World world = await World.CreateAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        await using var watcher = new Watcher(node, European);
        world.America.Kill();
        world.Asia.Kill();
        await StatusOf(node, 2);
        world.Europe.Kill();
        await StatusOf(node, 3);
        await watcher.UntilAsync(r => r.Data[0] == world.Address(2), "the last good answer");
        Assert.All(watcher.Stop(), r => Assert.Equal("NOERROR", r.Status));
        Assert.All(watcher.Stop(), r => Assert.Single(r.Data));
    }

    /// <summary>Waits until so many monitors are down by the metrics.</summary>
    private static Task StatusOf(GslbNode node, int down) => Eventually.GetAsync(
        async () => (await node.Http.GetStringAsync("metrics")).Split('\n').Count(l => l.StartsWith("gslb_monitor_up{", StringComparison.Ordinal) && l.EndsWith(" 0", StringComparison.Ordinal)),
        count => count == down);
}
