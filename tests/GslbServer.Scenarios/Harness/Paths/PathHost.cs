using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace GslbServer.Scenarios.Harness;

/// <summary>A machine of a <see cref="PathNetwork"/>: a network namespace of its own with the addresses that the others reach it by, and loopback. Programs started on it, and
/// sockets made on it, see nothing else. What is mounted on it is seen there alone.</summary>
public sealed class PathHost : IAsyncDisposable
{
    private readonly RunningProgram _holder;
    private readonly SafeFileHandle _device;

    private PathHost(string name, IPAddress[] addresses, RunningProgram holder, SafeFileHandle device) => (Name, Addresses, _holder, _device) = (name, addresses, holder, device);

    public string Name { get; }

    public IReadOnlyList<IPAddress> Addresses { get; }

    public IPAddress Address => Addresses[0];

    internal SafeFileHandle Device => _device;

    internal static async Task<PathHost> StartAsync(string name, IPAddress[] addresses)
    {
        // The namespace lives as long as a process in it; nothing is left behind when it ends.
        RunningProgram holder = RunningProgram.Start("unshare", ["--net", "--mount", "--kill-child", "sh", "-c", "echo inside; exec sleep infinity"]);
        await holder.WaitForLineAsync("inside");
        SafeFileHandle device = NetworkNamespace.Run(Namespace(holder), TunDevice.Open);
        var host = new PathHost(name, addresses, holder, device);
        await host.ConfigureAsync();
        return host;
    }

    /// <summary>Starts a program on this machine.</summary>
    public RunningProgram Start(string file, params IEnumerable<string> arguments) =>
        RunningProgram.Start("nsenter", [.. Inside(), file, .. arguments], name: $"{file} on {Name}");

    /// <inheritdoc cref="Start(string, IEnumerable{string})"/>
    public RunningProgram Start(BuiltProgram program, params IEnumerable<string> arguments) => Start(BuiltProgram.DotnetHost, [program.Path, .. arguments]);

    /// <summary>Runs a program on this machine to its end.</summary>
    public Task<ToolResult> RunAsync(string file, params string[] arguments) => Tool.RunAsync("nsenter", [.. Inside(), file, .. arguments]);

    /// <summary>A UDP socket of this machine.</summary>
    public Socket UdpSocket() => NetworkNamespace.Run(Namespace(_holder), () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));

    /// <summary>A TCP connection from this machine.</summary>
    /// <param name="from">One of its addresses; the kernel's choice without it.</param>
    public async Task<Socket> ConnectAsync(IPEndPoint to, IPAddress? from = null, CancellationToken cancel = default)
    {
        Socket socket = NetworkNamespace.Run(Namespace(_holder), () => new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        try
        {
            if (from is not null) socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(to, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>HTTP/1.1 from this machine, over one connection as long as requests follow each other; names are not looked up.</summary>
    /// <inheritdoc cref="ConnectAsync"/>
    public HttpClient HttpClient(IPAddress? from = null) => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 1,
        UseCookies = false,
        ConnectCallback = async (context, cancel) =>
            new NetworkStream(await ConnectAsync(new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port), from, cancel), ownsSocket: true),
    })
    { Timeout = Eventually.Deadline };

    public async ValueTask DisposeAsync()
    {
        _device.Dispose();
        await _holder.DisposeAsync();
    }

    private string[] Inside() => [$"--net={Namespace(_holder)}", $"--mount={Namespace(_holder, "mnt")}", $"--wd={Path.GetTempPath()}"];

    private static string Namespace(RunningProgram holder, string kind = "net")
    {
        // unshare itself stays outside when it forks; with --kill-child it does, and the process inside is its child.
        string children = File.ReadAllText($"/proc/{holder.Id}/task/{holder.Id}/children").Trim();
        return $"/proc/{(children.Length > 0 ? children.Split(' ')[0] : $"{holder.Id}")}/ns/{kind}";
    }

    private async Task ConfigureAsync()
    {
        await IpAsync("link", "set", "lo", "up");
        foreach (IPAddress address in Addresses) await IpAsync("address", "add", $"{address}/32", "dev", TunDevice.Name);
        await IpAsync("link", "set", TunDevice.Name, "up");
        await IpAsync("route", "add", "default", "dev", TunDevice.Name, "src", $"{Address}");
    }

    private async Task IpAsync(params string[] arguments)
    {
        ToolResult result = await RunAsync("ip", arguments);
        if (result.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)} on {Name}: {result.Text}");
    }
}
