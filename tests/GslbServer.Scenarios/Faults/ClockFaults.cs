using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>One node's clock is five minutes ahead and another's five behind, from their start on.</summary>
public sealed class ClockFaults(FaultWorld world, ITestOutputHelper output) : FaultScenario(world, output)
{
    [Fact]
    public Task Clocks_differ_by_ten_minutes() => FaultRun.StrikeAsync(World, Output, "clocks 5 min ahead and 5 min behind", [FaultWorld.EuropeToo], [0, 1], async run =>
    {
        await Task.WhenAll(One.RestartWithClockAsync("+300s"), Two.RestartWithClockAsync("-300s"));
        Assert.InRange(await AheadAsync(One), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6));
        Assert.InRange(await AheadAsync(Two), TimeSpan.FromMinutes(-6), TimeSpan.FromMinutes(-4));
        // They see alike, and what the one drains is drained on the other.
        await World.Endpoints[FaultWorld.EuropeToo].KillAsync();
        await run.VerdictAsync(FaultWorld.EuropeToo, "down");
        foreach ((FaultNode says, FaultNode hears) in new[] { (One, Two), (Two, One) })
        {
            Assert.Equal(200, (await says.SendAsync(HttpMethod.Put, "api/v1/overrides/ap-south", """{"state":"drain","reason":"rack move"}""")).Status);
            await FaultRun.StatusAsync(hears, status => status["overrides"]!.AsArray().Count == 1);
            await run.QueriesAsync(Lasting);
            Assert.Equal(200, (await hears.SendAsync(HttpMethod.Delete, "api/v1/overrides/ap-south")).Status);
            await FaultRun.StatusAsync(says, status => status["overrides"]!.AsArray().Count == 0);
        }

        // Overrides begin and end by each node's own clock: whoever looks is told.
        await FaultRun.StatusAsync(One, status => status["warnings"]!.AsArray().Any(warning => ((string)warning!).Contains("s behind this node's: overrides move and end there so much later", StringComparison.Ordinal)));

        await World.Endpoints[FaultWorld.EuropeToo].RestartAsync();
        await run.VerdictAsync(FaultWorld.EuropeToo, "up");
        await Task.WhenAll(One.RestartWithClockAsync(null), Two.RestartWithClockAsync(null));
    });

    /// <summary>By when it says that it started, and for how long it says it has run.</summary>
    private static async Task<TimeSpan> AheadAsync(FaultNode node)
    {
        System.Text.Json.Nodes.JsonNode status = await node.GetAsync("api/v1/status");
        return (DateTimeOffset)status["node"]!["startedAt"]! + TimeSpan.FromSeconds((double)status["node"]!["uptimeSeconds"]!) - DateTimeOffset.UtcNow;
    }
}
