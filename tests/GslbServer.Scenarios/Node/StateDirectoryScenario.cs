using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Each node has a state directory of its own: of two in one, each would write over what the other keeps.</summary>
public sealed class StateDirectoryScenario
{
    [Fact]
    public async Task A_directory_that_a_node_has_is_refused_to_another_and_free_when_that_is_killed()
    {
        using var folder = World();
        await using RunningProgram first = await StartAsync(folder, Ports.New(), "--state", "state");
        Ports ports = Ports.New();
        ToolResult refused = await TryAsync(folder, ports, "--state", "state");
        Assert.Equal((1, $"gslb: --state state: process {first.Id}, a node that runs, has it; expected a directory of its own for each node, or --takeover to run in that one's place"),
            (refused.ExitCode, refused.Text));

        first.Send(Signal.Kill);
        await first.WaitForExitAsync();
        await using RunningProgram second = await StartAsync(folder, ports, "--state", "state");
        Assert.Equal($"{second.Id}", (await File.ReadAllTextAsync(folder.File("state/pid"))).Trim());
    }

    [Fact]
    public async Task Of_two_nodes_started_in_one_folder_the_second_has_a_directory_beside_and_keeps_it()
    {
        using var folder = World();
        Ports one = Ports.New(), two = Ports.New();
        await using RunningProgram first = await StartAsync(folder, one);
        string beside = $".gslb-127.0.0.1-{two.Dns}";
        await using (RunningProgram second = await StartAsync(folder, two))
        {
            await second.WaitForLineAsync($"This node keeps its state in {beside}: .gslb is another node's");
            Assert.Equal($"{second.Id}", (await File.ReadAllTextAsync(folder.File($"{beside}/pid"))).Trim());
        }

        // A start that fails for its ports leaves nothing behind that the node which has them would look for.
        ToolResult refused = await TryAsync(folder, one);
        Assert.Contains($"--listen 127.0.0.1:{one.Dns}: the port is in use", refused.Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File($".gslb-127.0.0.1-{one.Dns}")));

        first.Send(Signal.Term);
        await first.WaitForExitAsync();
        await using RunningProgram again = await StartAsync(folder, two);
        Assert.Equal($"{again.Id}", (await File.ReadAllTextAsync(folder.File($"{beside}/pid"))).Trim());
    }

    private static TemporaryFolder World()
    {
        var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n  NS ns1\nns1 A 192.0.2.53\n");
        return folder;
    }

    private static async Task<RunningProgram> StartAsync(TemporaryFolder folder, Ports ports, params string[] more)
    {
        RunningProgram node = RunningProgram.Start(BuiltProgram.Gslb, Line(ports, more), folder.Path);
        await node.WaitForLineAsync("  state ");
        return node;
    }

    private static async Task<ToolResult> TryAsync(TemporaryFolder folder, Ports ports, params string[] more)
    {
        await using RunningProgram node = RunningProgram.Start(BuiltProgram.Gslb, Line(ports, more), folder.Path);
        return new ToolResult(await node.WaitForExitAsync(), node.Output.Lines);
    }

    private static string[] Line(Ports ports, string[] more) => ["serve", "--listen", $"127.0.0.1:{ports.Dns}", "--admin", $"127.0.0.1:{ports.Admin}", .. more];

    private sealed record Ports(int Dns, int Admin)
    {
        public static Ports New() => new(FreePort.UdpAndTcp(), FreePort.Tcp());
    }
}
