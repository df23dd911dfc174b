using GslbServer.Scenarios.Balancer;
using GslbServer.Scenarios.Handover;
using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Supervision;

/// <summary>What systemd hears of both programs, through their lives.</summary>
public sealed class SupervisionScenario
{
    private const string Zone = """
        $TTL 300
        @        SOA     ns1 hostmaster 1 3600 600 86400 30
                 NS      ns1
        ns1      A       192.0.2.53
        us-east  REGION  39.04 -77.49
                 A       127.0.91.1
        web      CHECK   http port=9 every=1s timeout=900ms
        www   30 STEER   geo us-east check=web

        """;

    [Fact]
    public async Task A_node_is_ready_lives_reloads_is_taken_over_and_stops()
    {
        using var folder = new TemporaryFolder();
        using var manager = new NotifySocket();
        folder.Write("zones/example.org.zone", Zone);
        await using var replaced = new ReplacedNode(folder.File("zones"), folder.File("state"), manager.Environment);
        RunningProgram node = await replaced.StartAsync();
        await manager.WaitForAsync("READY=1");
        // Ready means that the first round of checks is complete: nothing answers there.
        Assert.Equal("STATUS=serves 1 zone, 0 of 1 checked addresses up", await manager.WaitForAsync("STATUS=serves"));
        await manager.WaitForAsync("WATCHDOG=1");

        int before = manager.Heard.Count;
        folder.Write("zones/example.org.zone", Zone + "broken A\n");
        node.Send(Signal.Hangup);
        await manager.WaitForAsync("RELOADING=1", before);
        await manager.WaitForAsync("MONOTONIC_USEC=", before);
        await manager.WaitForAsync("READY=1", before);
        Assert.Contains("serves what was loaded before, the files now have 1 error", await manager.WaitForAsync("STATUS=serves", before));
        folder.Write("zones/example.org.zone", Zone);

        before = manager.Heard.Count;
        RunningProgram next = await replaced.ReplaceAsync(node);
        await manager.WaitForAsync("READY=1", before);
        // Who may speak is known before the new one does, and the old one's end is not that of the service.
        string[] heard = [.. manager.Heard.Skip(before)];
        Assert.True(Array.IndexOf(heard, $"MAINPID={next.Id}") is >= 0 and var handed && handed < Array.IndexOf(heard, "READY=1"), string.Join('\n', heard));
        Assert.DoesNotContain("STOPPING=1", heard);

        before = manager.Heard.Count;
        await manager.WaitForAsync("WATCHDOG=1", before);
        Assert.Equal(0, await replaced.StopAsync());
        await manager.WaitForAsync("STOPPING=1", before);
    }

    [Fact]
    public async Task A_balancer_is_ready_lives_reloads_and_stops()
    {
        using var manager = new NotifySocket();
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: "\"DrainWait\": \"1s\""), environment: manager.Environment);
        await manager.WaitForAsync("READY=1");
        await manager.WaitForAsync("WATCHDOG=1");
        int before = manager.Heard.Count;
        balancer.Process.Send(Signal.Hangup);
        await manager.WaitForAsync("RELOADING=1", before);
        await manager.WaitForAsync("READY=1", before);
        balancer.Process.Send(Signal.Term);
        await manager.WaitForAsync("STOPPING=1", before);
        Assert.Equal(0, await balancer.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task A_node_answers_on_the_sockets_that_systemd_opened()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", Zone);
        int port = FreePort.UdpAndTcp(), admin = FreePort.Tcp();
        string[] serve = [BuiltProgram.DotnetHost, BuiltProgram.Gslb.Path, "serve", "--zones", folder.File("zones"), "--state", folder.File("state"), "--admin", $"127.0.0.1:{admin}"];
        // It opens the socket, and starts the node with it when the first query has come: that one waits in the socket.
        await using RunningProgram node = RunningProgram.Start("systemd-socket-activate", ["--datagram", "--listen", $"127.0.0.1:{port}", .. serve, "--listen", $"127.0.0.1:{port}"]);
        await node.WaitForLineAsync("Listening on");
        ToolResult first = await Tool.RunAsync("dig", $"@127.0.0.1", "-p", $"{port}", "+short", "+tries=1", "+timeout=60", "ns1.example.org");
        Assert.Equal("192.0.2.53", first.Text);
        Assert.Equal(["192.0.2.53"], (await Dig.AskAsync(port, "ns1.example.org A +tcp")).Data);
        node.Send(Signal.Term);
        Assert.Equal(0, await node.WaitForExitAsync());
    }

    [Fact]
    public async Task A_socket_that_no_option_names_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", Zone);
        int port = FreePort.UdpAndTcp(), other = FreePort.UdpAndTcp(), admin = FreePort.Tcp();
        await using RunningProgram node = RunningProgram.Start("systemd-socket-activate", ["--datagram", "--listen", $"127.0.0.1:{port}", BuiltProgram.DotnetHost, BuiltProgram.Gslb.Path, "serve",
            "--zones", folder.File("zones"), "--state", folder.File("state"), "--admin", $"127.0.0.1:{admin}", "--listen", $"127.0.0.1:{other}"]);
        await node.WaitForLineAsync("Listening on");
        using var client = new System.Net.Sockets.UdpClient("127.0.0.1", port);
        await client.SendAsync(new byte[1]);
        Assert.Equal(1, await node.WaitForExitAsync());
        Assert.NotNull(node.Output.Find($"socket activation: ListenDatagram=127.0.0.1:{port}: no option listens there; expected one of 127.0.0.1:{other}", 0));
    }
}
