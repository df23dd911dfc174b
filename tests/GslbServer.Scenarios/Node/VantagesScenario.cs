using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Who counts among the vantages: witnesses do, the dead do until they are forgotten. And what a node remembers when it is killed.</summary>
public sealed class VantagesScenario
{
    [Fact]
    public async Task A_witness_counts_and_serves_no_dns_and_a_dead_one_is_forgotten()
    {
        await using World world = await World.CreateAsync();
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await GslbNode.StartAsync(world.Zones, world.State("1"), "node-1", ["--redis", redis.Configuration]);
        await using GslbNode two = await GslbNode.StartAsync(world.Zones, world.State("2"), "node-2", ["--redis", redis.Configuration]);
        await using (GslbNode witness = await GslbNode.StartWitnessAsync(world.Zones, world.State("3"), "node-3", ["--redis", redis.Configuration]))
        {
            JsonNode status = await StatusAsync(one, s => Fresh(s) == 3);
            Assert.DoesNotContain(status["warnings"]!.AsArray(), w => ((string)w!).Contains("vantage", StringComparison.Ordinal));
            Assert.Equal(["node-3"], status["vantages"]!.AsArray().Where(v => (bool)v!["witness"]!).Select(v => (string)v!["node"]!));
            Assert.Contains(", witness", (await one.CommandAsync("status")).Text);
            Assert.Empty((await witness.GetAsync("api/v1/status"))["node"]!["listen"]!.AsArray());
            Assert.Contains("serves no DNS", witness.Output.ToString());

            ToolResult alive = await one.CommandAsync("node", "forget", "node-2");
            Assert.Equal(1, alive.ExitCode);
            Assert.Contains("node-2 is alive", alive.Text);
            witness.Send(Signal.Kill);
            await witness.WaitForExitAsync();
        }

        await StatusAsync(one, s => Fresh(s) == 2);
        ToolResult forgotten = await one.CommandAsync("node", "forget", "node-3");
        Assert.True(forgotten.ExitCode == 0, forgotten.Text);
        Assert.Contains("node-3: forgotten", forgotten.Text);
        await StatusAsync(two, s => s["vantages"]!.AsArray().All(v => (string)v!["node"]! != "node-3" || (bool)v["leaving"]!));
    }

    [Fact]
    public async Task A_killed_node_remembers_verdicts_and_what_waits_for_an_undrain()
    {
        await using World world = await World.CreateAsync();
        world.WriteZone("2026112102", "held 20 STEER failover eu-west us-east check=web failback=manual ramp=0s");
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        await using var watcher = new Watcher(node, "held.example.org A");
        await watcher.UntilAsync(r => r.Data[0] == world.Address(2), "the first target");
        world.Europe.Kill();
        await watcher.UntilAsync(r => r.Data[0] == world.Address(1), "an answer without the dead endpoint");
        await world.Europe.RestartAsync();
        await StatusAsync(node, s => (string)s["regions"]!.AsArray().Single(r => (string)r!["label"]! == "eu-west")!["state"]! == "up");
        Assert.All(watcher.Stop().TakeLast(1), r => Assert.Equal(world.Address(1), r.Data[0]));
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(world.State("1"), "health.json"))
            && File.ReadAllText(Path.Combine(world.State("1"), "health.json")).Contains("\"up\"", StringComparison.Ordinal), () => "health.json");

        node.Send(Signal.Kill);
        await node.WaitForExitAsync();
        await node.RestartAsync();
        for (int i = 0; i < 20; i++)
            Assert.Equal(world.Address(1), Assert.Single((await node.DigAsync("held.example.org A")).Data));
        Assert.Contains("waits for an undrain", (await node.CommandAsync("explain", "held.example.org", "--client", "198.51.100.0/24")).Text);

        node.Send(Signal.Kill);
        await node.WaitForExitAsync();
        await File.WriteAllTextAsync(Path.Combine(world.State("1"), "health.json"), "{ not json");
        // What it last saw is a memory too, and may be of the time when the endpoint was dead.
        File.Delete(Path.Combine(world.State("1"), "reports.json"));
        await node.RestartAsync();
        string first = Assert.Single((await node.DigAsync("held.example.org A")).Data);
        Assert.True(first == world.Address(2), $"{first}\n{node.Output}");
        Assert.Single(node.Output.Lines, l => l.Contains("health.json", StringComparison.Ordinal));
    }

    private static Task<JsonNode> StatusAsync(GslbNode node, Func<JsonNode, bool> holds) => Eventually.GetAsync(() => node.GetAsync("api/v1/status"), holds);

    private static int Fresh(JsonNode status) => status["vantages"]!.AsArray().Count(v => (double)v!["ageSeconds"]! < 6 && !(bool)v["leaving"]!);
}
