using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Anycast;

/// <summary>A router and two nodes, each at a cable of its own; all three run BIRD. Both nodes have <see cref="Address"/>, and the router leads to the one that BGP says is better.</summary>
internal sealed class AnycastNetwork : IAsyncDisposable
{
    public const string Address = "192.0.2.53";

    private readonly TemporaryFolder _folder = new();
    private readonly List<RunningProgram> _daemons = [];
    private RouterMachine _router = null!;

    public AnycastNode A { get; private set; } = null!;

    public AnycastNode B { get; private set; } = null!;

    public static async Task<AnycastNetwork> StartAsync()
    {
        var network = new AnycastNetwork();
        RouterMachine router = network._router = await RouterMachine.StartAsync("router");
        network.A = await network.ConnectAsync("a", 1);
        network.B = await network.ConnectAsync("b", 2);
        network._daemons.Add(router.Start("bird", "-f", "-c", network._folder.Write("router.conf", $$"""
            router id 10.8.1.1;
            protocol device { }
            protocol kernel { ipv4 { import none; export all; }; }
            template bgp node { local as 64500; hold time 9; ipv4 { import all; export none; }; }
            protocol bgp a from node { neighbor 10.8.1.2 as 64512; }
            protocol bgp b from node { neighbor 10.8.2.2 as 64512; }

            """), "-s", network._folder.File("router.ctl"), "-P", network._folder.File("router.pid")));
        return network;
    }

    /// <summary>Which node answers the router; empty where none does.</summary>
    public async Task<string> AskAsync() =>
        (await _router.RunAsync("dig", $"@{Address}", "+short", "+tries=1", "+timeout=1", "TXT", "who.example.org")).Text switch { "\"a\"" => "a", "\"b\"" => "b", _ => "" };

    public Task AnswersAsync(string node) => Eventually.TrueAsync(async () => await AskAsync() == node, () => $"{node} does not answer:\n{Describe()}");

    /// <summary>What the router knows of the address.</summary>
    public async Task<string> RoutesAsync() => (await _router.RunAsync("birdc", "-s", _folder.File("router.ctl"), "show", "route", "for", Address, "all")).Text;

    public AnycastNode Of(string name) => name == "a" ? A : B;

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        foreach (RunningProgram daemon in _daemons) await daemon.DisposeAsync();
        await _router.DisposeAsync();
        _folder.Dispose();
    }

    private string Describe() => $"{A.Watch.Output}\n{B.Watch.Output}\n{A.Node.Output}\n{B.Node.Output}";

    private async Task<AnycastNode> ConnectAsync(string name, int number)
    {
        RouterMachine machine = await RouterMachine.StartAsync(name);
        await _router.PlugInAsync($"to-{name}", machine, $"10.8.{number}.1/24", $"10.8.{number}.2/24");
        await machine.AddAddressAsync($"{Address}/32", "lo");
        _folder.Write($"{name}/example.org.zone", $"""
            $TTL 300
            @    SOA  ns1 hostmaster 1 3600 600 86400 30
                 NS   ns1
            ns1  A    {Address}
            who  TXT  "{name}"

            """);
        // The recipe that users get, with the addresses of this network.
        string bird = File.ReadAllText(Path.Combine(BuiltProgram.RepositoryRoot, "deploy/anycast/bird.conf"))
            .Replace("198.51.100.11", $"10.8.{number}.2", StringComparison.Ordinal).Replace("198.51.100.1", $"10.8.{number}.1", StringComparison.Ordinal);
        string socket = _folder.File($"{name}.ctl");
        _daemons.Add(machine.Start("bird", "-f", "-c", _folder.Write($"{name}.conf", bird), "-s", socket, "-P", _folder.File($"{name}.pid")));
        RunningProgram node = machine.Start(BuiltProgram.Gslb, "serve", "--listen", $"{Address}:53", "--zones", _folder.File(name), "--state", _folder.File($"{name}.state"), "--node", name, "--threads", "1");
        await node.WaitForLineAsync("  state ");
        RunningProgram watch = machine.Start("env", $"BIRD_SOCKET={socket}", BuiltProgram.DotnetHost, BuiltProgram.Gslb.Path, "anycast", "check", "--watch", "--interval", "200ms", "--rise", "2", "--fall", "2",
            "--hook", Path.Combine(BuiltProgram.RepositoryRoot, "deploy/anycast/bird-hook"), "--address", $"{Address}:53", "--deprefer-file", _folder.File($"{name}.deprefer"));
        return new AnycastNode(machine, node, watch, _folder.File($"{name}.deprefer"));
    }
}

/// <summary>A machine with a node, its BIRD and its watch.</summary>
internal sealed class AnycastNode(RouterMachine machine, RunningProgram node, RunningProgram watch, string depreferFile) : IAsyncDisposable
{
    public RunningProgram Node => node;

    public RunningProgram Watch => watch;

    public void Deprefer() => File.WriteAllText(depreferFile, "");

    public void Prefer() => File.Delete(depreferFile);

    public async ValueTask DisposeAsync()
    {
        await watch.DisposeAsync();
        await node.DisposeAsync();
        await machine.DisposeAsync();
    }
}
