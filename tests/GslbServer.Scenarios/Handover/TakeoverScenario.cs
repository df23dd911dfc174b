using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Handover;

/// <summary>A node is replaced under load by another process on the same sockets.</summary>
public sealed class TakeoverScenario(ITestOutputHelper output)
{
    [Fact]
    public async Task Three_replacements_under_load_lose_no_query()
    {
        using var folder = new TemporaryFolder();
        await using RegionEndpoint far = await WriteZoneAsync(folder);
        await using var replaced = new ReplacedNode(folder.File("zones"), folder.File("state"));
        RunningProgram node = await replaced.StartAsync();
        await using var load = await LoadAsync(replaced, far);
        load.Start();

        // By its own hand, as an upgrade under systemd does it, and by a process of somebody else, as a container does.
        foreach (bool bySignal in new[] { true, false, false })
        {
            int asked = load.Asked;
            await Eventually.TrueAsync(() => load.Asked > asked + 200, () => "no load");
            node = bySignal ? await replaced.ReplaceBySignalAsync(node) : await replaced.ReplaceAsync(node);
        }

        await load.StopAsync();
        output.WriteLine($"3 replacements, {load.Asked} queries, {load.Failures.Count} lost or wrong");
        Assert.True(load.Failures.Count == 0, $"{string.Join('\n', load.Failures.Take(5))}\n{replaced.Output}");
        Assert.True(load.Asked > 1_000, $"{load.Asked} queries");
        Assert.Equal(0, await replaced.StopAsync());
    }

    [Fact]
    public async Task A_successor_that_cannot_start_leaves_the_node_serving()
    {
        using var folder = new TemporaryFolder();
        await using RegionEndpoint far = await WriteZoneAsync(folder);
        await using var replaced = new ReplacedNode(folder.File("zones"), folder.File("state"));
        // With none to take over from it starts as usual.
        RunningProgram node = await replaced.StartAsync("--takeover");
        await using var load = await LoadAsync(replaced, far);
        load.Start();

        // A bad flag, a bad zone, a port that it cannot have beside those that it is given.
        string bad = Directory.CreateDirectory(folder.File("bad")).FullName;
        await File.WriteAllTextAsync(Path.Combine(bad, "example.org.zone"), "bad A 300.1.1.1\n");
        foreach (string[] more in new string[][] { ["--threads", "0"], ["--zones", bad], ["--listen", "203.0.113.7:53", "--listen", $"127.0.0.1:{replaced.Port}"] })
        {
            ToolResult failed = await replaced.TryReplaceAsync(more);
            Assert.Equal(1, failed.ExitCode);
            Assert.NotEmpty(failed.Lines);
        }

        // Killed when it has been given the place and not yet said that it serves.
        await replaced.ReplaceAndKillAsync(node);
        await load.StopAsync();
        Assert.True(load.Failures.Count == 0, $"{string.Join('\n', load.Failures.Take(5))}\n{replaced.Output}");
        Assert.False(node.HasExited);
        Assert.Equal(0, await replaced.StopAsync());
    }

    /// <summary>The near region is dead, so the far one answers: only a node that knows health says so. Five failed checks in a row, because the machine may be busy.</summary>
    private static async Task<RegionEndpoint> WriteZoneAsync(TemporaryFolder folder)
    {
        int port = FreePort.Tcp();
        folder.Write("zones/example.org.zone", $"""
            $TTL 300
            @        SOA     ns1 hostmaster 1 3600 600 86400 30
                     NS      ns1
            ns1      A       192.0.2.53
            us-east  REGION  39.04 -77.49
                     A       127.0.90.1
            eu-west  REGION  53.35 -6.26
                     A       127.0.90.2
            web      CHECK   http port={port} path=/healthz every=1s timeout=900ms fall=5 rise=1
            www   30 STEER   geo us-east eu-west check=web ramp=0s

            """);
        return await RegionEndpoint.StartAsync("127.0.90.1", port);
    }

    private static async Task<SteadyLoad> LoadAsync(ReplacedNode node, RegionEndpoint far)
    {
        await Eventually.GetAsync(() => Dig.AskAsync(node.Port, "www.example.org A +subnet=198.51.100.0/24"), reply => reply.Data is [var only] && only == far.Address);
        return new SteadyLoad(node.Port, "www.example.org", far.Address);
    }
}
