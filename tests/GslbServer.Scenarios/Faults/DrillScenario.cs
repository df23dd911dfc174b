using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>Synthetic failures: every node sees the region fail, though it serves all the time, and what they did can be read afterwards on any node.</summary>
public sealed class DrillScenario(FaultWorld world, ITestOutputHelper output) : FaultScenario(world, output)
{
    private const string Region = "us-east";

    private static readonly string[] GoesWell = ["heard", "failedProbe", "shortTtl", "down", "newAnswer", "ended", "up", "oldAnswer", "fullTtl"];

    [Fact]
    public async Task A_drill_moves_answers_as_a_failure_does_and_every_node_tells_of_it()
    {
        // TTLs rise again one TTL after the fault before this.
        foreach (FaultNode node in World.Nodes)
            await Eventually.GetAsync(() => node.GetAsync("api/v1/status"), status => status["names"]!.AsArray().All(name => (int)name!["ttlNow"]! >= 20));
        string svg = Path.Combine(Path.GetTempPath(), $"drill-{Guid.NewGuid():n}.svg");
        try
        {
            await FaultRun.StrikeAsync(World, Output, "drill of a region", [FaultWorld.America], [], async run =>
            {
                ToolResult started = await One.CommandAsync("drill", "start", Region, "--for", "10m", "--reason", "game day");
                Assert.True(started.ExitCode == 0, started.Text);
                await run.VerdictAsync(FaultWorld.America, "down");
                await run.QueriesAsync(Lasting);
                // Nothing happened to the region itself.
                using HttpClient http = One.Host.HttpClient();
                Assert.Equal("ok\n", await http.GetStringAsync(new Uri($"http://{FaultWorld.America}:8080/")));
                Assert.Equal(1, (await Two.CommandAsync("drill", "start", Region, "--for", "10m")).ExitCode);
                ToolResult stopped = await Two.CommandAsync("drill", "stop");
                Assert.True(stopped.ExitCode == 0, stopped.Text);
                await run.VerdictAsync(FaultWorld.America, "up");
            });

            await Eventually.GetAsync(() => Three.GetAsync($"api/v1/drills/{Region}"), told => World.Nodes.All(node => GoesWell.All(kind => Marks(told, node.Name).Any(mark => (string)mark["kind"]! == kind))));
            ToolResult said = await Three.CommandAsync("drill", "report", "--json", "--svg", svg, "--resolver", $"{One.Host.Address}:{FaultNode.Port}");
            JsonNode report = JsonNode.Parse(said.Text)!;
            Assert.Equal("stopped", (string)report["state"]!);
            Assert.All(World.Nodes, node =>
            {
                // TTLs may fall before a node's own first failed probe: another node's is enough.
                double[] times = [.. GoesWell.Where(kind => kind != "shortTtl").Select(kind => (double)Mark(report, node.Name, kind)["firstMs"]!)];
                Assert.Equal(times.Order(), times);
                Assert.Equal((20, 5, 20), ((int)Mark(report, node.Name, "heard")["value"]!, (int)Mark(report, node.Name, "shortTtl")["value"]!, (int)Mark(report, node.Name, "fullTtl")["value"]!));
            });
            Assert.Contains(report["resolvers"]!.AsArray(), asked => (string)asked!["name"]! == "www.example.org." && asked["addresses"]!.AsArray().Count > 0);
            Assert.StartsWith("<svg", await File.ReadAllTextAsync(svg), StringComparison.Ordinal);
            Output.WriteLine((await Three.CommandAsync("drill", "report")).Text);
        }
        finally
        {
            File.Delete(svg);
        }
    }

    [Fact]
    public async Task A_drill_ends_by_itself_though_every_store_and_a_node_are_gone()
    {
        await FaultRun.StrikeAsync(World, Output, "drill that outlives every store and one node", [FaultWorld.America], [2], async run =>
        {
            await StartAsync("20s");
            await run.VerdictAsync(FaultWorld.America, "down");
            foreach (FaultRedis store in World.Stores) await store.Process.KillAsync();
            await Three.Process.KillAsync();
            await run.VerdictAsync(FaultWorld.America, "up", [One, Two]);
            foreach (FaultRedis store in World.Stores) await store.Process.RestartAsync();
            await Three.Process.RestartAsync();
            await StoresAsync(true);
        });
        Assert.Equal("ended", (string)(await One.GetAsync($"api/v1/drills/{Region}"))["state"]!);
    }

    [Fact]
    public async Task A_drill_is_taken_back_at_once_where_a_real_failure_leaves_nothing_else()
    {
        string[] europe = [FaultWorld.Europe, FaultWorld.EuropeToo];
        await FaultRun.StrikeAsync(World, Output, "the other region dies in a drill", [FaultWorld.America, .. europe], [], async run =>
        {
            await StartAsync("10m");
            await run.VerdictAsync(FaultWorld.America, "down");
            foreach (string address in europe) await World.Endpoints[address].KillAsync();
            // Europe's own name has nothing but America left.
            await run.VerdictAsync(FaultWorld.America, "up");
            await run.QueriesAsync(Lasting);
            foreach (string address in europe) await World.Endpoints[address].RestartAsync();
            foreach (string address in europe) await run.VerdictAsync(address, "up");
        });
        JsonNode report = await Two.GetAsync($"api/v1/drills/{Region}");
        Assert.Equal("cancelled", (string)report["state"]!);
        Assert.Contains("eu.example.org. would have no serving target", (string)report["ended"]!, StringComparison.Ordinal);
    }

    private async Task StartAsync(string length)
    {
        (int status, string body) = await One.SendAsync(HttpMethod.Post, "api/v1/drills", $$"""{"region":"{{Region}}","for":"{{length}}","reason":"game day"}""");
        Assert.True(status == 200, body);
    }

    private static JsonNode Mark(JsonNode report, string node, string kind) => Marks(report, node).Single(mark => (string)mark["kind"]! == kind);

    private static JsonNode[] Marks(JsonNode report, string node) =>
        [.. report["nodes"]!.AsArray().Where(n => (string)n!["node"]! == node).SelectMany(n => n!["marks"]!.AsArray()).OfType<JsonNode>()];
}
