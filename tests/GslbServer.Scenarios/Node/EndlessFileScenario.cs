using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>Files that never open, or never end, among those that a node reads: they are named and refused, and keep nothing from going on.</summary>
public sealed class EndlessFileScenario
{
    private const string Zone = "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n  NS ns1\nns1 A 192.0.2.53\nwho TXT \"{0}\"\n";

    [Theory]
    [InlineData("mkfifo", "zones/x.zone", "a pipe")]
    [InlineData("ln -s /dev/zero", "zones/x.zone", "a device")]
    public async Task A_reload_refuses_it_by_name_and_goes_on_when_it_is_gone(string make, string file, string kind)
    {
        using var folder = World();
        await using GslbNode node = await GslbNode.StartAsync(folder.File("zones"), folder.File("state"));
        await MakeAsync(make, folder.File(file));
        string expected = $"{folder.File(file)}:0:0: cannot be read: it is {kind}; expected a regular file";
        await Eventually.TrueAsync(() => node.Output.ToString().Contains(expected, StringComparison.Ordinal), () => node.Output.ToString());
        Assert.Contains(expected, (await Tool.RunAsync(BuiltProgram.Gslb, "check", folder.File("zones"))).Text, StringComparison.Ordinal);

        File.Delete(folder.File(file));
        Write(folder, "after");
        await Eventually.GetAsync(async () => (await node.DigAsync("who.example.org TXT")).Data.FirstOrDefault(), text => text == "\"after\"");
        node.Send(Signal.Term);
        Assert.Equal(0, await node.WaitForExitAsync());
    }

    [Fact]
    public async Task A_start_with_one_in_the_folder_says_so_and_ends()
    {
        using var folder = World();
        await MakeAsync("mkfifo", folder.File("zones/x.zone"));
        ToolResult start = await Tool.RunAsync(BuiltProgram.Gslb, "serve", "--listen", $"127.0.0.1:{FreePort.UdpAndTcp()}", "--admin", $"127.0.0.1:{FreePort.Tcp()}", "--zones", folder.File("zones"), "--state", folder.File("state"));
        Assert.Equal(1, start.ExitCode);
        Assert.Contains("it is a pipe; expected a regular file", start.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_reads_a_pipe_that_it_is_given_and_no_device()
    {
        using var folder = World();
        await MakeAsync("mkfifo", folder.File("example.org.zone"));
        Task<ToolResult> check = Tool.RunAsync(BuiltProgram.Gslb, "check", folder.File("example.org.zone"));
        await File.WriteAllTextAsync(folder.File("example.org.zone"), string.Format(null, Zone, "piped"));
        ToolResult piped = await check;
        Assert.True(piped.ExitCode == 0, piped.Text);
        ToolResult device = await Tool.RunAsync(BuiltProgram.Gslb, "check", "/dev/zero", "--origin", "example.org");
        Assert.Equal(1, device.ExitCode);
        Assert.Contains("/dev/zero:0:0: cannot be read: it is a device; expected a regular file", device.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_to_stop_does_not_wait_for_a_start()
    {
        using var folder = World();
        // A pipe that somebody named is opened, and nobody ever writes to it.
        await MakeAsync("mkfifo", folder.File("endless.zone"));
        await using RunningProgram node = RunningProgram.Start(BuiltProgram.Gslb, ["serve", "--listen", $"127.0.0.1:{FreePort.UdpAndTcp()}", "--admin", $"127.0.0.1:{FreePort.Tcp()}", "--zones", folder.File("zones"),
            "--tls-cert", folder.File("endless.zone"), "--tls-key", folder.File("endless.zone"), "--listen-tls", $"127.0.0.1:{FreePort.Tcp()}", "--state", folder.File("state")]);
        await Eventually.TrueAsync(() => File.Exists(folder.File("state/pid")), () => node.Output.ToString());
        await Task.Delay(200);
        node.Send(Signal.Term);
        Assert.Equal(0, await node.WaitForExitAsync());
    }

    private static TemporaryFolder World()
    {
        var folder = new TemporaryFolder();
        Write(folder, "before");
        return folder;
    }

    private static void Write(TemporaryFolder folder, string word) => folder.Write("zones/example.org.zone", string.Format(null, Zone, word));

    private static async Task MakeAsync(string command, string path) => Assert.Equal(0, (await Tool.RunAsync("sh", "-c", $"{command} '{path}'")).ExitCode);
}
