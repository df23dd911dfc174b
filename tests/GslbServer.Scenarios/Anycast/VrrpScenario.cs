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
        await using RunningProgram a = await ServeAsync(network, network.A), b = await ServeAsync(network, network.B);
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

        a.Send(Signal.Kill);
        await AnswersAsync("b");
        await using RunningProgram again = await ServeAsync(network, network.A);
        await AnswersAsync("a");

        Task AnswersAsync(string name) => Eventually.TrueAsync(
            async () => (await network.Client.RunAsync("dig", $"@{Address}", "+short", "+tries=1", "+timeout=1", "TXT", "who.example.org")).Text == $"\"{name}\"",
            () => $"{name} does not answer:\n{network.Describe()}\n{a.Output}\n{b.Output}");
    }

    [Fact]
    public async Task Each_of_two_balancers_owns_an_address_and_stands_in_for_the_other()
    {
        await using VrrpNetwork network = await VrrpNetwork.StartAsync();
        await network.PlugInAsync();
        await using RunningProgram backendA = await BackendAsync(network, network.A), backendB = await BackendAsync(network, network.B);
        await using RunningProgram a = await BalanceAsync(network, network.A), b = await BalanceAsync(network, network.B);
        network.Keep(network.A, "keepalived-a.conf", ("interval 2", "interval 1"));
        network.Keep(network.B, "keepalived-b.conf", ("interval 2", "interval 1"));
        await AnswerAsync("a", "b");

        // A drain moves it too, before the balancer goes.
        a.Send(Signal.Term);
        await AnswerAsync("b", "b");
        a.Send(Signal.Kill);
        await a.WaitForExitAsync();
        await using RunningProgram again = await BalanceAsync(network, network.A);
        await AnswerAsync("a", "b");
        // It runs, and has nothing to serve with.
        backendB.Send(Signal.Kill);
        await AnswerAsync("a", "a");

        Task AnswerAsync(string first, string second) => Eventually.TrueAsync(async () => (await GetAsync("192.0.2.21"), await GetAsync("192.0.2.22")) == (first, second),
            () => $"not {first} and {second}:\n{network.Describe()}\n{a.Output}\n{b.Output}");

        async Task<string> GetAsync(string address) => (await network.Client.RunAsync("curl", "--silent", "--fail", "--max-time", "2", $"http://{address}:8080/who")).Text;
    }

    private static async Task<RunningProgram> BackendAsync(VrrpNetwork network, RouterMachine machine)
    {
        network.Folder.Write($"{machine.Name}.backend/who", machine.Name);
        RunningProgram backend = machine.Start("python3", "-u", "-m", "http.server", "9000", "--bind", "127.0.0.1", "--directory", network.Folder.File($"{machine.Name}.backend"));
        await backend.WaitForLineAsync("Serving HTTP");
        return backend;
    }

    private static async Task<RunningProgram> BalanceAsync(VrrpNetwork network, RouterMachine machine)
    {
        network.Folder.Write($"{machine.Name}.balancer/appsettings.json", """
            {
              "ReverseProxy": {
                "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
                "Clusters": {
                  "web": {
                    "HealthCheck": { "Active": { "Enabled": true, "Path": "/who", "Interval": "00:00:00.500", "Timeout": "00:00:05" } },
                    "Destinations": { "own": { "Address": "http://127.0.0.1:9000" } }
                  }
                }
              },
              "Balancer": { "DrainWait": "60s" }
            }
            """);
        RunningProgram balancer = machine.Start(BuiltProgram.Balancer, "--contentRoot", network.Folder.File($"{machine.Name}.balancer"), "--urls", "http://0.0.0.0:8080", "--admin", "127.0.0.1:8054");
        await balancer.WaitForLineAsync("serving on");
        return balancer;
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
