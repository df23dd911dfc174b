using GslbServer.Probing;
using GslbServer.Steering;
using static GslbServer.Tests.Probing.Asking;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

public sealed class ExecProbeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gslb-exec-").FullName;

    /// <remarks>The shell is a link and the script its argument: a file just written cannot be executed while another test's fork still holds it open.</remarks>
    public ExecProbeTests() => File.CreateSymbolicLink(Path.Combine(_directory, "shell"), "/bin/sh");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Exit_0_is_up_and_the_first_line_is_the_detail() =>
        Assert.Equal(ProbeResult.Good("all fine: 3"), await ScriptAsync("echo \"all fine: $#\"; echo more", "a b c"));

    [Fact]
    public async Task Other_exits_are_down_with_what_was_said()
    {
        Assert.Equal(ProbeResult.Bad("exit 2: CRITICAL"), await ScriptAsync("echo CRITICAL; exit 2"));
        Assert.Equal(ProbeResult.Bad("exit 1: no route"), await ScriptAsync("echo no route >&2; exit 1"));
        Assert.Equal(ProbeResult.Bad("exit 3"), await ScriptAsync("exit 3"));
    }

    [Fact]
    public async Task Environment_tells_what_to_check_and_nothing_of_the_node()
    {
        Environment.SetEnvironmentVariable("GSLB_TEST_SECRET", "secret");
        Assert.Equal(ProbeResult.Good("127.0.0.1 8080 eu-west web.example.org. www.example.org /deep 30000 []"), await ScriptAsync(
            "echo $GSLB_ADDRESS $GSLB_PORT $GSLB_REGION $GSLB_CHECK $GSLB_HOST $GSLB_PATH $GSLB_TIMEOUT_MS [$GSLB_TEST_SECRET]"));
    }

    [Fact]
    public async Task Program_that_hangs_is_killed_with_its_children()
    {
        string pids = Path.Combine(_directory, "pids");
        ProbeResult result = await ScriptAsync($"sleep 600 & echo $! > {pids}.new; echo $$ >> {pids}.new; mv {pids}.new {pids}; wait", timeout: TimeSpan.FromSeconds(2));
        Assert.Equal(ProbeResult.Bad("timeout after 2000 ms running shell"), result);
        using var patience = new CancellationTokenSource(Long);
        foreach (string pid in await File.ReadAllLinesAsync(pids))
        {
            while (Runs(pid))
                await Task.Delay(5, patience.Token);
        }
    }

    [Fact]
    public async Task Output_kept_open_by_a_child_is_not_waited_for() =>
        Assert.True((await ScriptAsync("sleep 5 & echo fine", timeout: TimeSpan.FromSeconds(4))).Success);

    [Fact]
    public async Task Much_output_does_not_block()
    {
        ProbeResult result = await ScriptAsync("head -c 300000 /dev/zero | tr '\\0' x; echo; echo end");
        Assert.True(result.Success, result.Detail);
        Assert.Equal(200, result.Detail.Length);
    }

    [Theory]
    [InlineData("../../bin/sh -c true")]
    [InlineData("/bin/sh -c true")]
    [InlineData("..")]
    public async Task Commands_outside_the_directory_are_refused(string command)
    {
        ProbeResult result = await AskAsync(Check(CheckKind.Exec, 0, command: command), execDirectory: _directory);
        Assert.False(result.Success);
        Assert.StartsWith("exec is refused: ", result.Detail);
    }

    [Fact]
    public async Task Sibling_whose_name_begins_alike_is_outside()
    {
        string name = Path.GetFileName(_directory);
        Assert.StartsWith("exec is refused: ", (await AskAsync(Check(CheckKind.Exec, 0, command: $"../{name}-evil/x"), execDirectory: _directory)).Detail);
    }

    [Fact]
    public async Task Without_a_directory_exec_is_refused() =>
        Assert.Equal(ProbeResult.Bad("exec is refused: this node has no --exec-dir"), await AskAsync(Check(CheckKind.Exec, 0, command: "shell")));

    [Fact]
    public async Task Missing_and_unrunnable_programs_are_named()
    {
        Assert.Equal(ProbeResult.Bad($"{Path.Combine(_directory, "gone")} does not exist"), await AskAsync(Check(CheckKind.Exec, 0, command: "gone"), execDirectory: _directory));
        await File.WriteAllTextAsync(Path.Combine(_directory, "text"), "not a program");
        Assert.StartsWith("cannot run text: ", (await AskAsync(Check(CheckKind.Exec, 0, command: "text"), execDirectory: _directory)).Detail);
    }

    private async Task<ProbeResult> ScriptAsync(string script, string arguments = "", TimeSpan? timeout = null)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "script"), script);
        return await AskAsync(Check(CheckKind.Exec, 8080, path: "/deep", host: "www.example.org", command: $"shell script {arguments}"), timeout, _directory);
    }

    /// <summary>Zombies do not count: who must reap them is the system's affair.</summary>
    private static bool Runs(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
