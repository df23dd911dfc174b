using System.Net;
using System.Net.Sockets;
using System.Text;
using GslbServer.Tests.Dns;

namespace GslbServer.Tests.Transports;

/// <summary>Queries that come through a proxy are those of the client that it names: the steered name answers by its address.</summary>
public sealed class ProxyProtocolTests : IDisposable
{
    private static readonly IPEndPoint Client = new(IPAddress.Parse("198.51.100.77"), 4242), Server = new(IPAddress.Parse("192.0.2.53"), 53);

    private static readonly ClientNetworks Loopback = new([IPNetwork.Parse("127.0.0.0/8")]);

    private readonly SmallWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(ProxyVersion.V1, false)]
    [InlineData(ProxyVersion.V2, false)]
    [InlineData(ProxyVersion.V2, true)] // octet by octet
    public async Task Stream_is_that_of_the_client(ProxyVersion version, bool inPieces)
    {
        await using NetworkStream stream = await ConnectAsync(Loopback);
        byte[] octets = [.. Header(version, ProtocolType.Tcp), .. StreamClient.Framed(StreamClient.Query("www.example.org. A")), .. StreamClient.Framed(StreamClient.Query("host.example.org. A"))];
        foreach (byte[] piece in inPieces ? octets.Chunk(1) : [octets]) await stream.WriteAsync(piece);
        (await stream.ReadReplyAsync()).Is("NOERROR qr aa rd", "www.example.org. 30 A 198.51.100.10");
        (await stream.ReadReplyAsync()).Is("NOERROR qr aa rd", "host.example.org. 300 A 192.0.2.1");
    }

    [Fact]
    public async Task Header_with_the_longest_extensions_is_read_and_a_longer_one_ends_the_connection()
    {
        byte[] header = Header(ProxyVersion.V2, ProtocolType.Tcp);
        byte[] extended = [.. header, .. new byte[ProxyHeader.Longest - header.Length]];
        (extended[14], extended[15]) = ((byte)((extended.Length - 16) >> 8), (byte)(extended.Length - 16));
        await using (NetworkStream stream = await ConnectAsync(Loopback))
        {
            await stream.WriteAsync((byte[])[.. extended, .. StreamClient.Framed(StreamClient.Query("www.example.org. A"))]);
            Assert.Single((await stream.ReadReplyAsync()).Answer);
        }

        extended[15]++;
        await using NetworkStream other = await ConnectAsync(Loopback);
        await other.WriteAsync(extended);
        Assert.True(await other.EndsAsync());
        Assert.Equal(1, _world.Count(Counter.BadProxyHeaders));
    }

    [Fact]
    public async Task Listed_peer_without_a_header_and_anybody_else_with_one_are_refused()
    {
        await using NetworkStream listed = await ConnectAsync(Loopback);
        await listed.WriteAsync(StreamClient.Framed(StreamClient.Query("www.example.org. A")));
        Assert.True(await listed.EndsAsync());

        // Not listed: the header is a message of 3338 octets that never becomes whole, and nothing that changes who asks.
        await using NetworkStream other = await ConnectAsync(new ClientNetworks([IPNetwork.Parse("192.0.2.0/24")]));
        await other.WriteAsync((byte[])[.. Header(ProxyVersion.V2, ProtocolType.Tcp), .. StreamClient.Framed(StreamClient.Query("www.example.org. A"))]);
        other.Socket.Shutdown(SocketShutdown.Send);
        Assert.True(await other.EndsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Datagram_is_that_of_the_client(bool portable)
    {
        if (!portable && !LinuxUdpListener.IsSupported) return;
        UdpListeners listeners = _world.ListenUdp(IPAddress.Loopback, portable, threads: 1, Loopback);
        using (Socket socket = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port))
        {
            socket.Send(StreamClient.Query("www.example.org. A", id: 1)); // without a header: silence
            socket.Send(Encoding.ASCII.GetBytes("PROXY UDP4 198.51.100.1 192.0.2.53 1 53\r\n")); // there is no version 1 for datagrams
            byte[] query = [.. Header(ProxyVersion.V2, ProtocolType.Udp), .. StreamClient.Query("www.example.org. A", id: 2)];
            Reply reply = new(SmallWorld.Exchange(socket, query));
            Assert.Equal(2, reply.Id);
            reply.Is("NOERROR qr aa rd", "www.example.org. 30 A 198.51.100.10");
        }

        listeners.Stop();
        Assert.Equal(2, _world.Count(Counter.BadProxyHeaders));
    }

    private static byte[] Header(ProxyVersion version, ProtocolType protocol)
    {
        byte[] header = new byte[ProxyHeader.LongestWritten];
        return header[..ProxyHeader.Write(header, version, Client, Server, protocol)];
    }

    private async Task<NetworkStream> ConnectAsync(ClientNetworks proxies)
    {
        var listener = new DnsTcpListener(new IPEndPoint(IPAddress.Loopback, 0), _world.Handler, _world.Counters, TimeProvider.System, proxies: proxies);
        listener.Start();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(listener.LocalEndPoint);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
