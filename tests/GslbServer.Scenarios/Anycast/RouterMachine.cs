using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Anycast;

/// <summary>A machine with any number of cables.</summary>
internal sealed class RouterMachine : NetworkMachine
{
    private const string Bridge = "lan";

    private RouterMachine(string name, RunningProgram holder)
        : base(name, holder)
    {
    }

    public static async Task<RouterMachine> StartAsync(string name)
    {
        var machine = new RouterMachine(name, await HoldAsync());
        await machine.IpAsync("link", "set", "lo", "up");
        return machine;
    }

    /// <summary>A machine whose cables end in one network, as those of a switch do; it has an address there.</summary>
    public static async Task<RouterMachine> StartSwitchAsync(string name, string address)
    {
        RouterMachine machine = await StartAsync(name);
        await machine.IpAsync("link", "add", Bridge, "type", "bridge");
        await machine.AddAddressAsync(address, Bridge);
        return machine;
    }

    public async Task PlugInAsync(string cable, NetworkMachine other, string here, string there)
    {
        await AddCableAsync(cable, other, cable, there);
        await AddAddressAsync(here, cable);
    }

    /// <summary>Into the switch that this machine is.</summary>
    public async Task PlugIntoSwitchAsync(string cable, NetworkMachine other, string otherCable, string there)
    {
        await AddCableAsync(cable, other, otherCable, there);
        await IpAsync("link", "set", cable, "master", Bridge, "up");
    }

    private async Task AddCableAsync(string cable, NetworkMachine other, string otherCable, string there)
    {
        await IpAsync("link", "add", cable, "type", "veth", "peer", "name", otherCable, "netns", $"{other.ProcessId}");
        await other.AddAddressAsync(there, otherCable);
    }
}
