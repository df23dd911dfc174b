using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>Disks that are full or read-only, reloads without end, a bad zone on one node.</summary>
public sealed class MachineFaults(FaultWorld world, ITestOutputHelper output) : FaultScenario(world, output)
{
    [Fact]
    public Task The_disk_is_full() => WhileDrainedAsync("disk full under one node's state", async run =>
    {
        ToolResult filled = await One.Host.RunAsync("sh", "-c", $"cat /dev/zero > {One.State}/filler");
        Assert.Contains("No space left", filled.Text, StringComparison.Ordinal);
        await OverrideAsync("www.example.org.@eu-west", expected: 200);
        await run.QueriesAsync(Lasting);
        Assert.Contains("cannot be written", $"{One.Process.Process.Output}", StringComparison.Ordinal);
        Assert.Equal(200, (await One.SendAsync(HttpMethod.Delete, "api/v1/overrides/www.example.org.%40eu-west")).Status);
        await One.Host.RunAsync("rm", $"{One.State}/filler");
    });

    [Fact]
    public Task The_disk_is_read_only() => WhileDrainedAsync("read-only disk under one node's state", async run =>
    {
        await RemountAsync("ro");
        await OverrideAsync("www.example.org.@eu-west", expected: 200);
        await run.QueriesAsync(Lasting);
        Assert.Contains("cannot be written", $"{Two.Process.Process.Output}", StringComparison.Ordinal);
        Assert.Equal(200, (await One.SendAsync(HttpMethod.Delete, "api/v1/overrides/www.example.org.%40eu-west")).Status);
        await RemountAsync("rw");
    });

    [Fact]
    public Task Reload_storm() => HarmlessAsync("reload storm on every node", async run =>
    {
        for (int round = 0; round < (IsLong ? 200 : 15); round++)
        {
            int serial = ++World.Serial;
            foreach (FaultNode node in World.Nodes)
            {
                World.WriteZone(node.Number, serial);
                node.Process.Process.Send(Signal.Hangup);
            }

            await run.QueriesAsync(5);
        }

        foreach (FaultNode node in World.Nodes)
            await FaultRun.StatusAsync(node, status => (long)status["zones"]![0]!["serial"]! == World.Serial);
    });

    [Fact]
    public Task A_bad_zone_on_one_node() => HarmlessAsync("a bad zone pushed to one node", async run =>
    {
        World.WriteZone(One.Number, World.Serial + 1, more: "broken 20 STEER geo nowhere check=web");
        await Eventually.TrueAsync(() => One.Process.Process.Output.Find("refused") is not null, () => $"{One.Process.Process.Output}");
        await run.QueriesAsync(Lasting);
        World.WriteZone(One.Number, World.Serial);
        await FaultRun.StatusAsync(One, status => !status["warnings"]!.AsArray().Any(w => $"{w}".Contains("not taken over", StringComparison.Ordinal)));
    });

    private async Task RemountAsync(string mode)
    {
        ToolResult result = await Two.Host.RunAsync("mount", "-o", $"remount,{mode}", Two.State);
        Assert.True(result.ExitCode == 0, result.Text);
    }

    private async Task OverrideAsync(string target, int expected) => Assert.Equal(expected, (await One.SendAsync(HttpMethod.Put, $"api/v1/overrides/{Uri.EscapeDataString(target)}",
        """{"state":"drain","reason":"while the disk is bad","percent":1}""")).Status);
}
