using System.Net;
using Microsoft.Win32.SafeHandles;

namespace GslbServer.Scenarios.Harness;

/// <summary>A machine of a <see cref="PathNetwork"/>, with the addresses that the others reach it by.</summary>
public sealed class PathHost : NetworkMachine
{
    private readonly SafeFileHandle _device;

    private PathHost(string name, IPAddress[] addresses, RunningProgram holder)
        : base(name, holder)
    {
        Addresses = addresses;
        _device = InsideNetwork(TunDevice.Open);
    }

    public IReadOnlyList<IPAddress> Addresses { get; }

    public IPAddress Address => Addresses[0];

    internal SafeFileHandle Device => _device;

    internal static async Task<PathHost> StartAsync(string name, IPAddress[] addresses)
    {
        var host = new PathHost(name, addresses, await HoldAsync());
        await host.ConfigureAsync();
        return host;
    }

    public override ValueTask DisposeAsync()
    {
        _device.Dispose();
        return base.DisposeAsync();
    }

    private async Task ConfigureAsync()
    {
        await IpAsync("link", "set", "lo", "up");
        foreach (IPAddress address in Addresses) await IpAsync("address", "add", $"{address}/32", "dev", TunDevice.Name);
        await IpAsync("link", "set", TunDevice.Name, "up");
        await IpAsync("route", "add", "default", "dev", TunDevice.Name, "src", $"{Address}");
    }
}
