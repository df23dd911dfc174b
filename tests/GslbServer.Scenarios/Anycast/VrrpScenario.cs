using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Anycast;

/// <summary>Addresses that two machines of one network share by VRRP, with the recipes of <c>deploy/keepalived</c>: they are where a program serves.</summary>
public sealed class VrrpScenario
{
    private const string Address = "192.0.2.53";

    [Fact]
    public async Task The_address_of_two_nodes_moves_for_maintenance_and_when_one_dies_and_comes_back()
    {
        await using VrrpNetwork network = await VrrpNetwork.StartAsync();
        await network.PlugInAsync();
        RunningProgram a = await ServeAsync(network, network.A);
        await using RunningProgram b = await ServeAsync(network, network.B);
        (string, string)[] here = [("/opt/gslb/gslb", $"{BuiltProgram.DotnetHost} {BuiltProgram.Gslb.Path}"), ("127.0.0.1:53", "127.0.0.1:53 --timeout 4s"), ("rise 5", "rise 2")];
        network.Keep(network.A, "keepalived-node.conf", [.. here, ("/etc/gslb/deprefer", network.Folder.File("a.deprefer"))]);
        network.Keep(network.B, "keepalived-node.conf", [.. here, ("/etc/gslb/deprefer", network.Folder.File("b.deprefer")), ("router_id gslb-a", "router_id gslb-b"), ("priority 150", "priority 100"),
            ("unicast_src_ip 192.0.2.11", "unicast_src_ip 192.0.2.12"), ("        192.0.2.12\n", "        192.0.2.11\n")]);
        await AnswersAsync("a");

        network.Folder.Write("a.deprefer", "");
        await AnswersAsync("b");
        // Poor as it is, it is there when the other is not.
        b.Send(Signal.Stop);
        await AnswersAsync("a");
        b.Send(Signal.Continue);
        await AnswersAsync("b");
        File.Delete(network.Folder.File("a.deprefer"));
        await AnswersAsync("a");

        await a.DisposeAsync();
        await AnswersAsync("b");
        a = await ServeAsync(network, network.A);
        await AnswersAsync("a");
        await a.DisposeAsync();

        Task AnswersAsync(string name) => Eventually.TrueAsync(
            async () => (await network.Client.RunAsync("dig", $"@{Address}", "+short", "+tries=1", "+timeout=1", "TXT", "who.example.org")).Text == $"\"{name}\"",
            () => $"{name} does not answer:\n{network.Describe()}\n{a.Output}\n{b.Output}");
    }

    private static async Task<RunningProgram> ServeAsync(VrrpNetwork network, RouterMachine machine)
    {
        network.Folder.Write($"{machine.Name}/example.org.zone", $"""
            $TTL 300
            @    SOA  ns1 hostmaster 1 3600 600 86400 30
                 NS   ns1
            ns1  A    {Address}
            who  TXT  "{machine.Name}"

            """);
        RunningProgram node = machine.Start(BuiltProgram.Gslb, "serve", "--listen", "0.0.0.0:53", "--zones", network.Folder.File(machine.Name), "--state", network.Folder.File($"{machine.Name}.state"),
            "--node", machine.Name, "--threads", "1");
        await node.WaitForLineAsync("  state ");
        return node;
    }
}
