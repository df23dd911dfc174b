using System.Net;
using System.Net.Sockets;

namespace GslbServer.Scenarios.Harness;

/// <summary>The harness itself, on a shell.</summary>
public sealed class HarnessTests
{
    [Fact]
    public async Task A_line_is_found_whether_it_came_before_or_after_the_wait()
    {
        await using RunningProgram shell = RunningProgram.Start("sh", ["-c", "echo one; echo two >&2; sleep 100"]);
        Assert.Equal("two", await shell.WaitForLineAsync("tw"));
        Assert.Equal("one", await shell.WaitForLineAsync("one"));
        Assert.False(shell.HasExited);
    }

    [Fact]
    public async Task A_program_that_ends_without_the_line_says_what_it_printed()
    {
        await using RunningProgram shell = RunningProgram.Start("sh", ["-c", "echo only this; exit 3"]);
        var error = await Assert.ThrowsAsync<TimeoutException>(() => shell.WaitForLineAsync("ready"));
        Assert.Contains("ended with 3", error.Message);
        Assert.Contains("only this", error.Message);
    }

    [Fact]
    public async Task Signals_reach_the_program_and_disposing_ends_what_it_started_even_stopped()
    {
        RunningProgram shell = RunningProgram.Start("sh", ["-c", "trap 'echo got it' TERM; echo ready; while :; do sleep 0.05; done"]);
        int id = shell.Id;
        await shell.WaitForLineAsync("ready");
        shell.Send(Signal.Term);
        await shell.WaitForLineAsync("got it");
        shell.Send(Signal.Stop);
        await shell.DisposeAsync();
        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public async Task A_tool_gives_its_exit_code_and_all_it_printed()
    {
        ToolResult result = await Tool.RunAsync("sh", "-c", "seq 1 2000; echo bad >&2; exit 7");
        Assert.Equal(7, result.ExitCode);
        Assert.Equal(2001, result.Lines.Length);
    }

    [Fact]
    public void Free_ports_can_be_bound_and_differ()
    {
        int[] ports = [.. Enumerable.Range(0, 20).Select(_ => FreePort.UdpAndTcp())];
        Assert.Equal(20, ports.Distinct().Count());
        using var listener = new TcpListener(IPAddress.Loopback, ports[0]);
        listener.Start();
    }
}
