using System.Diagnostics;
using GslbServer.Scenarios.Anycast;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Privileges;

/// <summary>A node that root starts and that is nobody when it answers. On a machine of its own, where port 53 is free and root's.</summary>
public sealed class UserScenario
{
    [Fact]
    public async Task It_answers_on_port_53_as_nobody_and_so_does_its_successor()
    {
        using var folder = new TemporaryFolder();
        await using RouterMachine machine = await StartAsync(folder);
        await using RunningProgram node = machine.Start(BuiltProgram.Gslb, Serve(folder, "--user", "nobody"));
        await node.WaitForLineAsync("  state ");
        Assert.Equal("192.0.2.53", await AskAsync(machine));
        Assert.Equal("192.0.2.53", await AskAsync(machine, "+tcp"));
        string uid = await NobodyAsync();
        int process = await ProcessAsync(folder);
        Assert.All(Directory.EnumerateDirectories($"/proc/{process}/task"), thread =>
        {
            string[] status = File.ReadAllLines($"{thread}/status");
            Assert.Contains($"Uid:\t{uid}\t{uid}\t{uid}\t{uid}", status);
            Assert.Contains("CapEff:\t0000000000000000", status);
        });
        Assert.All(Directory.EnumerateFileSystemEntries(folder.File("state")).Append(folder.File("state")), path => Assert.Equal(uid, Owner(path)));

        // The sockets go on to a process that could not open them.
        new Signal(12).SendTo(process);
        await node.WaitForLineAsync("has taken over");
        Assert.Equal("192.0.2.53", await AskAsync(machine));
        int successor = await ProcessAsync(folder);
        Assert.NotEqual(process, successor);
        Signal.Term.SendTo(successor);
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{successor}"), () => node.Output.ToString());
    }

    [Fact]
    public async Task What_nobody_could_not_do_is_said_at_the_start()
    {
        using var folder = new TemporaryFolder();
        await using RouterMachine machine = await StartAsync(folder);
        // Made by a run as root.
        folder.Write("state/reports.json", "{}");
        await RefusedAsync(machine, folder, ["--user", "nobody"], $"gslb: --user nobody: cannot write {folder.File("state")} in the state directory; give it to that user: chown -R nobody: {folder.File("state")}");
        await RefusedAsync(machine, folder, ["--user", "nosuchuser"], "gslb: --user nosuchuser: there is no user nosuchuser");
        await RefusedAsync(machine, folder, ["--user", "nobody:nosuchgroup"], "gslb: --user nobody:nosuchgroup: there is no group nosuchgroup");
        await RefusedAsync(machine, folder, ["--user", "root"], "gslb: --user root: is root; expected somebody who may do less");
        await RefusedAsync(machine, folder, ["--user", "nobody", "--xdp", "lo"], "--xdp needs rights for as long as it runs");
    }

    private static async Task<RouterMachine> StartAsync(TemporaryFolder folder)
    {
        folder.Write("zones/example.org.zone", "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n  NS ns1\nns1 A 192.0.2.53\n");
        // Where the user may look for its files.
        await Tool.RunAsync("chmod", "755", folder.Path);
        return await RouterMachine.StartAsync("server");
    }

    private static string[] Serve(TemporaryFolder folder, params string[] more) =>
        ["serve", "--listen", "127.0.0.1:53", "--zones", folder.File("zones"), "--state", folder.File("state"), "--threads", "2", .. more];

    private static async Task RefusedAsync(RouterMachine machine, TemporaryFolder folder, string[] more, string expected)
    {
        await using RunningProgram node = machine.Start(BuiltProgram.Gslb, Serve(folder, more));
        Assert.Equal(1, await node.WaitForExitAsync());
        Assert.True(node.Output.Find(expected, 0) is not null, node.Output.ToString());
    }

    private static async Task<string> AskAsync(RouterMachine machine, params string[] more) => (await machine.RunAsync("dig", ["@127.0.0.1", "+short", "ns1.example.org", .. more])).Text;

    private static async Task<string> NobodyAsync() => (await Tool.RunAsync("id", "-u", "nobody")).Text;

    private static string Owner(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%u", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    /// <summary>Which process serves with this folder.</summary>
    private static async Task<int> ProcessAsync(TemporaryFolder folder)
    {
        int found = 0;
        await Eventually.TrueAsync(() =>
        {
            int[] all = [.. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0).Where(id => id > 0 && Line(id).Contains(folder.File("state"), StringComparison.Ordinal) && Line(id).Contains("gslb.dll", StringComparison.Ordinal))];
            found = all is [var only] ? only : 0;
            return found != 0;
        }, () => "not one process");
        return found;

        static string Line(int id)
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/cmdline");
            }
            catch (IOException)
            {
                return "";
            }
        }
    }
}
