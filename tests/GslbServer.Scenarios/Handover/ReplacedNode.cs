using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Handover;

/// <summary>A node whose process changes and whose ports and state directory stay.</summary>
internal sealed class ReplacedNode(string zones, string state, IReadOnlyDictionary<string, string>? environment = null) : IAsyncDisposable
{
    private readonly List<RunningProgram> _processes = [];
    private readonly int _admin = FreePort.Tcp();
    private int? _successor;

    /// <summary>Of all its processes.</summary>
    public string Output => string.Join('\n', _processes.Select(process => process.Output));

    public int Port { get; } = FreePort.UdpAndTcp();

    public async Task<RunningProgram> StartAsync(params string[] more)
    {
        RunningProgram node = Start(more);
        await node.WaitForLineAsync("  state ");
        return node;
    }

    /// <summary>Starts another process that takes over, and waits until the one before has ended.</summary>
    public async Task<RunningProgram> ReplaceAsync(RunningProgram old)
    {
        RunningProgram next = Start("--takeover");
        await next.WaitForLineAsync("  state ");
        await WaitForEndAsync(old);
        _successor = null;
        return next;
    }

    /// <summary>Lets the node start its successor; what that prints comes out of the same pipe.</summary>
    public async Task<RunningProgram> ReplaceBySignalAsync(RunningProgram old)
    {
        old.Send(new Signal(12));
        string line = await old.WaitForLineAsync("to take over: ");
        _successor = int.Parse(line.Split("Started process ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        await old.WaitForLineAsync($"Process {_successor} has taken over");
        return old;
    }

    public async Task<ToolResult> TryReplaceAsync(params string[] more)
    {
        bool hasListen = more.Contains("--listen");
        await using RunningProgram next = Start([.. more, "--takeover"], hasListen ? [] : ["--listen", $"127.0.0.1:{Port}"]);
        return new(await next.WaitForExitAsync(), next.Output.Lines);
    }

    /// <summary>What a successor says up to the moment at which the node has given it its place, and then nothing more.</summary>
    public async Task ReplaceAndKillAsync(RunningProgram node)
    {
        int from = node.Output.Count;
        using (var successor = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified))
        {
            await successor.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(state, "handover.sock")));
            await successor.SendAsync(Encoding.ASCII.GetBytes("hello 1 gslb node-1"));
            await WaitForAsync(successor, "end");
            await successor.SendAsync("take"u8.ToArray());
            await WaitForAsync(successor, "yours");
        }

        await node.WaitForLineAsync("  state ", from: from);
    }

    /// <summary>SIGTERM to whoever serves last.</summary>
    public async Task<int> StopAsync()
    {
        _processes[^1].Send(Signal.Term);
        return await _processes[^1].WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_successor is { } process)
        {
            Signal.Kill.SendTo(process);
        }

        foreach (RunningProgram started in _processes)
        {
            await started.DisposeAsync();
        }
    }

    private static async Task WaitForAsync(Socket socket, string message)
    {
        byte[] got = new byte[16 * 1024];
        while (Encoding.ASCII.GetString(got, 0, await socket.ReceiveAsync(got)) != message)
        {
        }
    }

    private async Task WaitForEndAsync(RunningProgram old)
    {
        if (_successor is { } process)
        {
            await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"), () => $"process {process} has not ended:\n{old.Output}");
        }
        else
        {
            Assert.Equal(0, await old.WaitForExitAsync());
        }
    }

    private RunningProgram Start(params string[] more) => Start(more, ["--listen", $"127.0.0.1:{Port}"]);

    private RunningProgram Start(string[] more, string[] listen)
    {
        string[] zonesFlag = more.Contains("--zones") ? [] : ["--zones", zones], threads = more.Contains("--threads") ? [] : ["--threads", "2"];
        var process = RunningProgram.Start(BuiltProgram.Gslb,
            ["serve", "--admin", $"127.0.0.1:{_admin}", "--state", state, "--node", "node-1", .. zonesFlag, .. threads, .. listen, .. more], environment: environment);
        if (!more.Contains("--takeover") || more.Length == 1)
        {
            _processes.Add(process);
        }

        return process;
    }
}
