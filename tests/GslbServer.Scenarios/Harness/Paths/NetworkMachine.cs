using System.Net;
using System.Net.Sockets;

namespace GslbServer.Scenarios.Harness;

/// <summary>A machine of a small network: a network namespace of its own, with loopback. Programs started on it, and sockets made on it, see nothing else. What is mounted on it is seen there
/// alone.</summary>
public class NetworkMachine : IAsyncDisposable
{
    private readonly RunningProgram _holder;

    private protected NetworkMachine(string name, RunningProgram holder) => (Name, _holder) = (name, holder);

    public string Name { get; }

    /// <summary>Of its namespace, for <c>ip link ... netns</c>.</summary>
    internal int ProcessId => Inner(_holder);

    /// <summary>Starts a program on this machine.</summary>
    public RunningProgram Start(string file, params IEnumerable<string> arguments) =>
        RunningProgram.Start("nsenter", [.. Inside(), file, .. arguments], name: $"{file} on {Name}");

    /// <inheritdoc cref="Start(string, IEnumerable{string})"/>
    public RunningProgram Start(BuiltProgram program, params IEnumerable<string> arguments) => Start(BuiltProgram.DotnetHost, [program.Path, .. arguments]);

    /// <summary>Runs a program on this machine to its end.</summary>
    public Task<ToolResult> RunAsync(string file, params string[] arguments) => Tool.RunAsync("nsenter", [.. Inside(), file, .. arguments]);

    /// <summary>A UDP socket of this machine.</summary>
    public Socket UdpSocket() => InsideNetwork(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));

    /// <summary>A TCP connection from this machine.</summary>
    /// <param name="from">One of its addresses; the kernel's choice without it.</param>
    public async Task<Socket> ConnectAsync(IPEndPoint to, IPAddress? from = null, CancellationToken cancel = default)
    {
        Socket socket = InsideNetwork(() => new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
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

    /// <summary>Of a link, which is up then.</summary>
    public async Task AddAddressAsync(string address, string link)
    {
        await IpAsync("address", "add", address, "dev", link);
        await IpAsync("link", "set", link, "up");
    }

    /// <summary>What is opened there stays there.</summary>
    internal T InsideNetwork<T>(Func<T> work) => NetworkNamespace.Run(Namespace(_holder), work);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _holder.DisposeAsync();
    }

    /// <summary>A process in namespaces of its own; nothing is left behind when it ends.</summary>
    private protected static async Task<RunningProgram> HoldAsync()
    {
        RunningProgram holder = RunningProgram.Start("unshare", ["--net", "--mount", "--kill-child", "sh", "-c", "echo inside; exec sleep infinity"]);
        await holder.WaitForLineAsync("inside");
        return holder;
    }

    private protected async Task IpAsync(params string[] arguments)
    {
        ToolResult result = await RunAsync("ip", arguments);
        if (result.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)} on {Name}: {result.Text}");
    }

    /// <summary>What nsenter needs to work there.</summary>
    private protected virtual string[] Inside() => [$"--net={Namespace(_holder)}", $"--mount={Namespace(_holder, "mnt")}", $"--wd={Path.GetTempPath()}"];

    private static string Namespace(RunningProgram holder, string kind = "net") => $"/proc/{Inner(holder)}/ns/{kind}";

    /// <summary>unshare itself stays outside when it forks; with --kill-child it does, and the process inside is its child.</summary>
    private static int Inner(RunningProgram holder)
    {
        string children = File.ReadAllText($"/proc/{holder.Id}/task/{holder.Id}/children").Trim();
        return children.Length > 0 ? int.Parse(children.Split(' ')[0]) : holder.Id;
    }
}
