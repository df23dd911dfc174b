using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Anycast;

/// <summary>A client and two machines, a and b, in one network; both run keepalived, which gives them addresses that they share.</summary>
internal sealed class VrrpNetwork : IAsyncDisposable
{
    private readonly List<RunningProgram> _daemons = [];

    public TemporaryFolder Folder { get; } = new();

    public RouterMachine Client { get; private set; } = null!;

    public RouterMachine A { get; private set; } = null!;

    public RouterMachine B { get; private set; } = null!;

    public static async Task<VrrpNetwork> StartAsync() => new()
    {
        Client = await RouterMachine.StartSwitchAsync("client", "192.0.2.1/24"),
        A = await RouterMachine.StartAsync("a"),
        B = await RouterMachine.StartAsync("b"),
    };

    /// <summary>As the recipes have it: eth0, 192.0.2.11 and 192.0.2.12.</summary>
    public async Task PlugInAsync()
    {
        foreach ((RouterMachine machine, string address) in ((RouterMachine, string)[])[(A, "192.0.2.11/24"), (B, "192.0.2.12/24")])
        {
            await Client.PlugIntoSwitchAsync($"to-{machine.Name}", machine, "eth0", address);
        }
    }

    /// <summary>Starts keepalived with a recipe of <c>deploy/keepalived</c>, as somebody adapts it: with paths of their own, and as root, who alone may enter the folder of a test.</summary>
    public void Keep(RouterMachine machine, string recipe, params (string There, string Here)[] changes)
    {
        string text = File.ReadAllText(Path.Combine(BuiltProgram.RepositoryRoot, "deploy/keepalived", recipe));
        foreach ((string there, string here) in ((string, string)[])[("enable_script_security", ""), ("script_user nobody", "script_user root"), .. changes])
        {
            Assert.Contains(there, text, StringComparison.Ordinal);
            text = text.Replace(there, here, StringComparison.Ordinal);
        }

        _daemons.Add(machine.Start("keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp", "--use-file", Folder.Write($"{machine.Name}.conf", text), "--pid", Folder.File($"{machine.Name}.pid"),
            "--vrrp_pid", Folder.File($"{machine.Name}.vrrp.pid")));
    }

    public string Describe() => string.Join('\n', _daemons.Select(daemon => daemon.Output));

    public async ValueTask DisposeAsync()
    {
        foreach (RunningProgram daemon in _daemons) await daemon.DisposeAsync();
        foreach (RouterMachine? machine in (RouterMachine?[])[A, B, Client])
        {
            if (machine is not null) await machine.DisposeAsync();
        }

        Folder.Dispose();
    }
}
