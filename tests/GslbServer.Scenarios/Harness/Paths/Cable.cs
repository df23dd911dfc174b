using System.Net.NetworkInformation;

namespace GslbServer.Scenarios.Harness;

/// <summary>Two machines and a cable between them (veth): real Ethernet frames, native XDP. IPv4 and IPv6. Takes the rights of root.</summary>
public sealed class Cable : IAsyncDisposable
{
    /// <summary>Of the interface, on both machines.</summary>
    public const string Interface = "cable0";

    public const string Server4 = "10.9.0.1", Client4 = "10.9.0.2", Server6 = "fd09::1", Client6 = "fd09::2";

    private Cable(CableMachine server, CableMachine client) => (Server, Client) = (server, client);

    public CableMachine Server { get; }

    public CableMachine Client { get; }

    public static async Task<Cable> StartAsync()
    {
        var cable = new Cable(await CableMachine.StartAsync("server"), await CableMachine.StartAsync("client"));
        await cable.PlugInAsync();
        return cable;
    }

    /// <summary>Makes the interfaces anew.</summary>
    public async Task PlugInAsync()
    {
        await Server.LinkAsync("add", Interface, "type", "veth", "peer", "name", Interface, "netns", $"{Client.ProcessId}");
        await Server.ConfigureAsync(Server4, Server6);
        await Client.ConfigureAsync(Client4, Client6);
    }

    /// <summary>Takes the interfaces away, as when a card is pulled.</summary>
    public Task PullOutAsync() => Server.LinkAsync("delete", Interface);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}

/// <summary>One end of a <see cref="Cable"/>.</summary>
public sealed class CableMachine : NetworkMachine
{
    private CableMachine(string name, RunningProgram holder)
        : base(name, holder)
    {
    }

    internal static async Task<CableMachine> StartAsync(string name)
    {
        var machine = new CableMachine(name, await HoldAsync());
        await machine.IpAsync("link", "set", "lo", "up");
        return machine;
    }

    /// <summary><c>ip link</c>.</summary>
    public Task LinkAsync(params string[] arguments) => IpAsync(["link", .. arguments]);

    public async Task<PhysicalAddress> HardwareAddressAsync() =>
        PhysicalAddress.Parse((await RunAsync("ip", "-brief", "link", "show", Cable.Interface)).Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);

    /// <summary>Raw frames at its end.</summary>
    public RawFrames RawFrames() => InsideNetwork(() => new RawFrames(Cable.Interface));

    internal async Task ConfigureAsync(string address4, string address6)
    {
        await IpAsync("address", "add", $"{address4}/24", "dev", Cable.Interface);
        await IpAsync("address", "add", $"{address6}/64", "dev", Cable.Interface, "nodad");
        await LinkAsync("set", Cable.Interface, "up");
    }
}
