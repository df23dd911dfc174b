using System.Net;
using System.Net.Sockets;

namespace GslbServer.Tests.Transports;

/// <summary>A server and a client, each in a network of its own, and a cable between them that can be pulled out: 192.0.2.1 and .2, 2001:db8::1 and ::2.</summary>
internal sealed class TwoHosts : IDisposable
{
    private readonly PrivateNetwork _client;

    private TwoHosts(PrivateNetwork server, PrivateNetwork client)
    {
        Server = server;
        _client = client;
    }

    public PrivateNetwork Server { get; }

    /// <summary>Null where networks cannot be made; what then is not tested stands in the test's output.</summary>
    public static TwoHosts? TryCreate(Xunit.Abstractions.ITestOutputHelper output)
    {
        PrivateNetwork? server = PrivateNetwork.TryCreate();
        PrivateNetwork? client = server is null ? null : PrivateNetwork.TryCreate();
        if (server is null || client is null)
        {
            output.WriteLine("Not run: needs Linux, root and the right to make network namespaces (CAP_SYS_ADMIN), and ip(8).");
            server?.Dispose();
            return null;
        }

        var hosts = new TwoHosts(server, client);
        hosts.Plug();
        return hosts;
    }

    public void Plug()
    {
        Server.Ip("link add s0 type veth peer name c0");
        Server.Ip($"link set c0 netns {_client.ThreadId}");
        foreach ((PrivateNetwork host, string device, int number) in new[] { (Server, "s0", 1), (_client, "c0", 2) })
        {
            host.Ip($"addr add 192.0.2.{number}/24 dev {device}");
            host.Ip($"-6 addr add 2001:db8::{number}/64 dev {device} nodad");
            host.Ip($"link set {device} up");
        }
    }

    public void Unplug() => Server.Ip("link del s0");

    /// <summary>A listener of one thread in the server's network, bound and not started.</summary>
    public UdpListeners Listen(SmallWorld world, string address, bool portable) =>
        Server.Run(() => new UdpListeners(new IPEndPoint(IPAddress.Parse(address), 0), 1, world.Handler, world.Counters, portable));

    /// <summary>The client's socket, connected to the server.</summary>
    public Socket Connect(IPEndPoint listener)
    {
        bool isIPv6 = listener.AddressFamily == AddressFamily.InterNetworkV6;
        return _client.Run(() => SmallWorld.Connect(IPAddress.Parse(isIPv6 ? "2001:db8::1" : "192.0.2.1"), listener.Port));
    }

    public void Dispose()
    {
        Server.Dispose();
        _client.Dispose();
    }
}
