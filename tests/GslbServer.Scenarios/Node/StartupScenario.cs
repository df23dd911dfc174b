using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>What cannot start says why, one line each, and ends with 1.</summary>
public sealed class StartupScenario
{
    [Fact]
    public async Task All_bad_flags_are_named_at_once()
    {
        ToolResult result = await Tool.RunAsync(BuiltProgram.Gslb, "serve", "--listen", "nonsense", "--admin", "127.0.0.1:99999", "--threads", "0", "--zones", "/nowhere");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("nonsense", result.Text);
        Assert.Contains("99999", result.Text);
        Assert.Contains("--threads", result.Text);
        Assert.Contains("/nowhere", result.Text);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        await using World world = await World.CreateAsync();
        await using GslbNode first = await GslbNode.StartAsync(world.Zones, world.State("1"));
        ToolResult second = await Tool.RunAsync(BuiltProgram.Gslb, "serve", "--listen", $"127.0.0.1:{first.Port}", "--admin", $"127.0.0.1:{FreePort.Tcp()}",
            "--zones", world.Zones, "--state", world.State("2"));
        Assert.Equal(1, second.ExitCode);
        Assert.Single(second.Lines, l => l.Contains($"127.0.0.1:{first.Port}", StringComparison.Ordinal) && l.Contains("in use", StringComparison.Ordinal));
        Assert.DoesNotContain(" at GslbServer.", second.Text);
    }

    [Fact]
    public async Task Everything_that_keeps_a_node_from_starting_is_named_at_once()
    {
        await using World world = await World.CreateAsync();
        await using GslbNode first = await GslbNode.StartAsync(world.Zones, world.State("1"));
        string zones = Directory.CreateDirectory(Path.Combine(world.State("2"), "zones")).FullName;
        await File.WriteAllTextAsync(Path.Combine(zones, "example.org.zone"), "bad A 300.1.1.1\n");
        ToolResult second = await Tool.RunAsync(BuiltProgram.Gslb, "serve", "--listen", $"127.0.0.1:{first.Port}", "--listen", "203.0.113.7:53",
            "--admin", $"127.0.0.1:{first.Admin.Port}", "--zones", zones, "--state", world.State("2"));
        Assert.Equal(1, second.ExitCode);
        Assert.Single(second.Lines, l => l.Contains("300.1.1.1", StringComparison.Ordinal));
        Assert.Single(second.Lines, l => l == $"gslb: --listen 127.0.0.1:{first.Port}: the port is in use by another program");
        Assert.Single(second.Lines, l => l == "gslb: --listen 203.0.113.7:53: no interface of this machine has that address");
        Assert.Single(second.Lines, l => l == $"gslb: --admin 127.0.0.1:{first.Admin.Port}: the port is in use by another program");
    }

    [Fact]
    public async Task A_bad_zone_is_refused_with_all_its_errors()
    {
        await using World world = await World.CreateAsync();
        world.WriteZone("1", "bad A 300.1.1.1\nworse STEER geo nowhere");
        ToolResult result = await Tool.RunAsync(BuiltProgram.Gslb, "serve", "--listen", $"127.0.0.1:{FreePort.UdpAndTcp()}", "--admin", $"127.0.0.1:{FreePort.Tcp()}",
            "--zones", world.Zones, "--state", world.State("1"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Lines, l => l.Contains("example.org.zone:", StringComparison.Ordinal) && l.Contains("300.1.1.1", StringComparison.Ordinal));
        Assert.Contains(result.Lines, l => l.Contains("example.org.zone:", StringComparison.Ordinal) && l.Contains("nowhere", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SIGTERM_ends_with_0()
    {
        await using World world = await World.CreateAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        node.Send(Signal.Term);
        Assert.Equal(0, await node.WaitForExitAsync());
    }

    [Fact]
    public async Task SIGTERM_ends_with_0_while_clients_never_pause()
    {
        await using World world = await World.CreateAsync();
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("1"));
        using var client = new UdpClient("127.0.0.1", node.Port);
        using var stop = new CancellationTokenSource();
        Task asking = Task.Run(async () =>
        {
            // example.org SOA
            byte[] query = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, .. "example"u8, 3, .. "org"u8, 0, 0, 6, 0, 1];
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await client.SendAsync(query);
                }
                catch (SocketException)
                {
                    // The port is closed: the node has stopped.
                }

                await Task.Delay(1);
            }
        });
        Assert.True((await client.ReceiveAsync()).Buffer.Length > 12);
        node.Send(Signal.Term);
        Assert.Equal(0, await node.WaitForExitAsync());
        await stop.CancelAsync();
        await asking;
    }
}
