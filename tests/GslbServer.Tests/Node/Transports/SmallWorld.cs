using System.Net;
using System.Net.Sockets;
using GslbServer.Dns;
using GslbServer.Tests.Dns;

namespace GslbServer.Tests.Transports;

/// <summary>One small zone, served in this process: static names, a large RRset, a steered name with one address for each place.</summary>
internal sealed class SmallWorld : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const string Zone = """
        $TTL 300
        @        SOA     ns hostmaster 1 3600 600 86400 30
                 NS      ns
        ns       A       192.0.2.53
        host     A       192.0.2.1
        *.wild   A       192.0.2.2
        sub      NS      ns.sub
        ns.sub   A       192.0.2.54
        us-east  REGION  39.04 -77.49
                 A       192.0.2.10
        eu-west  REGION  53.35 -6.26
                 A       198.51.100.10
        www   30 STEER   geo us-east eu-west map=198.51.100.0/24:eu-west
        $GENERATE 1-65 medium A 203.0.113.$
        $GENERATE 1-100 large A 203.0.113.$
        $GENERATE 1-200 huge TXT "$ a string so long that some hundreds of them fill what a connection's buffers hold, and then some more of it to be on the safe side"

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-transports-");

    /// <param name="solicitor">Null asks nobody over to TCP.</param>
    /// <param name="rates">Null limits nothing. The guard's clock stands still.</param>
    public SmallWorld(Solicitor? solicitor = null, RateLimitOptions? rates = null, bool isStale = false)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "example.org.zone"), Zone);
        var errors = new List<string>();
        Snapshot snapshot = OfflineSnapshot.Load(_folder.FullName, [], errors) ?? throw new InvalidOperationException(string.Join('\n', errors));
        Handler = new QueryHandler(new ServingState(snapshot with { IsStale = isStale }), new ServerIdentity("node-1", "GslbServer test"), new ClientNetworks(NodeOptions.DefaultExplainAllow), solicitor,
            guard: new QueryGuard(new CoarseClock(TimeProvider.System), CookieSecrets.Random(), rates ?? RateLimitOptions.Off, threads: 1));
    }

    public QueryHandler Handler { get; }

    public Counters Counters { get; } = new();

    public static byte[] HostQuery { get; } = new QueryMessage("host.example.org. A").ToWire();

    public UdpListeners ListenUdp(IPAddress address, bool portable, int threads = 2, ClientNetworks? proxies = null)
    {
        var listeners = new UdpListeners(new IPEndPoint(address, 0), threads, Handler, Counters, portable, proxies);
        listeners.Start();
        return listeners;
    }

    /// <summary>Of all threads together.</summary>
    public long Count(Counter counter) => Counters.Blocks.Sum(b => b[(int)counter]);

    /// <summary>Sends from a socket that takes answers only from where it sent to.</summary>
    public static Socket Connect(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Connect(address, port);
        return socket;
    }

    public static byte[] Exchange(Socket socket, byte[] query)
    {
        byte[] buffer = new byte[65535];
        socket.Send(query);
        return buffer[..socket.Receive(buffer)];
    }

    public void Dispose()
    {
        Counters.Dispose();
        _folder.Delete(recursive: true);
    }
}
