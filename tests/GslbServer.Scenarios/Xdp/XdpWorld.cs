using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Xdp;

/// <summary>Two nodes on one machine with the same zone: one around the kernel on port 53, one on sockets alone on port 5353; and a client at the other end of a cable.</summary>
public sealed class XdpWorld : IAsyncLifetime
{
    public const int XdpPort = 53, SocketPort = 5353;

    private readonly TemporaryFolder _folder = new();
    private RunningProgram _sockets = null!;

    public Cable Cable { get; private set; } = null!;

    public RunningProgram Node { get; private set; } = null!;

    public PhysicalAddress ServerHardware { get; private set; } = null!;

    public PhysicalAddress ClientHardware { get; private set; } = null!;

    private HttpClient Http { get; set; } = null!;

    public async Task InitializeAsync()
    {
        Cable = await Cable.StartAsync();
        WriteZone(1);
        Http = Cable.Server.HttpClient();
        (ServerHardware, ClientHardware) = (await Cable.Server.HardwareAddressAsync(), await Cable.Client.HardwareAddressAsync());
        Node = Start(XdpPort, 8053, "xdp", withIPv6: true, "--xdp", Cable.Interface);
        _sockets = Start(SocketPort, 8054, "sockets", withIPv6: true);
        await Task.WhenAll(ReadyAsync(8053, Node), ReadyAsync(8054, _sockets));
        await TakenAsync();
    }

    /// <summary>A node on the server's addresses.</summary>
    public RunningProgram Start(int port, int admin, string name, bool withIPv6, params string[] more) => Cable.Server.Start(BuiltProgram.Gslb,
        ["serve", "--listen", $"{Cable.Server4}:{port}", .. withIPv6 ? ["--listen", $"[{Cable.Server6}]:{port}"] : Array.Empty<string>(), "--admin", $"127.0.0.1:{admin}", "--zones", _folder.File("zones"), "--state", _folder.File(name),
            "--node", "node-1", "--threads", "1", .. more]);

    /// <summary>Waits until the node says that it has the interface.</summary>
    public Task TakenAsync(int from = 0) => Node.WaitForLineAsync($"AF_XDP on {Cable.Interface}: native mode", from: from);

    /// <summary>Ends the node and starts it again.</summary>
    public async Task RestartAsync(Signal end, bool withIPv6 = true)
    {
        Node.Send(end);
        await Node.WaitForExitAsync();
        await Node.DisposeAsync();
        Node = Start(XdpPort, 8053, "xdp", withIPv6, "--xdp", Cable.Interface);
        await ReadyAsync(8053, Node);
        await TakenAsync();
    }

    /// <summary>After the interface came anew.</summary>
    public async Task RefreshAsync() => (ServerHardware, ClientHardware) = (await Cable.Server.HardwareAddressAsync(), await Cable.Client.HardwareAddressAsync());

    public void Reload() => Node.Send(Signal.Hangup);

    public void WriteZone(int serial) => _folder.Write("zones/example.org.zone", $"""
        $TTL 300
        @        SOA    ns1 hostmaster {serial} 3600 600 86400 30
                 NS     ns1
        ns1      A      {Cable.Server4}
                 AAAA   {Cable.Server6}
        us-east  REGION 39.04 -77.49
                 A      192.0.2.10
        eu-west  REGION 53.35 -6.26
                 A      198.51.100.10
        none     CHECK  none
        www   20 STEER  geo us-east eu-west check=none
        near     REGION 39.04 -77.49
                 A      {Cable.Server4}
        far      REGION 53.35 -6.26
                 A      {Cable.Client4}
        web      CHECK  tcp port=8080 every=500ms timeout=400ms fall=1 rise=1
        fail   5 STEER  failover near far check=web
        alias    CNAME  ns1
        tree     DNAME  ns1
        *.wild   TXT    "anything"
        below    NS     ns.below
        ns.below A      192.0.2.53
        long     TXT    {string.Join(' ', Enumerable.Range(0, 9).Select(i => $"\"{new string((char)('a' + i), 200)}\""))}
        middle   TXT    {string.Join(' ', Enumerable.Range(0, 4).Select(i => $"\"{new string((char)('a' + i), 200)}\""))}

        """);

    public string ZoneFolder => _folder.File("zones");

    /// <summary>A series of the node's metrics, summed over its labels but those given.</summary>
    public async Task<long> CountAsync(string series, string label = "")
    {
        string text = await Http.GetStringAsync(new Uri("http://127.0.0.1:8053/metrics"));
        return text.Split('\n').Where(line => line.StartsWith(series + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public Task<long> ReceivedAsync() => CountAsync("gslb_xdp_received_frames_total");

    public Task<long> DroppedAsync(string reason) => CountAsync("gslb_xdp_dropped_total", $"reason=\"{reason}\"");

    /// <summary>A UDP socket of the client, connected to one of the nodes.</summary>
    public Socket Connect(string address, int port) => Cable.Client.InsideNetwork(() =>
    {
        var server = new IPEndPoint(IPAddress.Parse(address), port);
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5_000, ReceiveBufferSize = 16 << 20 };
        socket.Connect(server);
        return socket;
    });

    public async Task DisposeAsync()
    {
        Http?.Dispose();
        foreach (RunningProgram? program in new[] { Node, _sockets })
        {
            if (program is not null) await program.DisposeAsync();
        }

        if (Cable is not null) await Cable.DisposeAsync();
        _folder.Dispose();
    }

    private Task ReadyAsync(int admin, RunningProgram node) => Eventually.GetAsync(async () =>
    {
        using HttpResponseMessage ready = await Http.GetAsync(new Uri($"http://127.0.0.1:{admin}/readyz"));
        return ready.IsSuccessStatusCode || node.HasExited;
    }, ready => ready);
}
