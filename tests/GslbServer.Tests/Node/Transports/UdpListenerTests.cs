using System.Net;
using System.Net.Sockets;
using GslbServer.Tests.Dns;

namespace GslbServer.Tests.Transports;

public sealed class UdpListenerTests : IDisposable
{
    private readonly SmallWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Both_listeners_give_the_same_octets(string address)
    {
        var ip = IPAddress.Parse(address);
        UdpListeners native = _world.ListenUdp(ip, portable: false);
        UdpListeners portable = _world.ListenUdp(ip, portable: true);
        try
        {
            using Socket toNative = SmallWorld.Connect(ip, native.LocalEndPoint.Port);
            using Socket toPortable = SmallWorld.Connect(ip, portable.LocalEndPoint.Port);
            foreach (byte[] query in Corpus()) Assert.Equal(SmallWorld.Exchange(toNative, query), SmallWorld.Exchange(toPortable, query));
        }
        finally
        {
            native.Stop();
            portable.Stop();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Silence_for_one_packet_does_not_cost_the_next_its_answer(bool portable)
    {
        UdpListeners listeners = _world.ListenUdp(IPAddress.Loopback, portable);
        try
        {
            using Socket socket = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
            foreach (int length in (int[])[0, 1, 11]) socket.Send(new byte[length]);
            socket.Send(new QueryMessage("host.example.org. A") { Flags = 0x8100 }.ToWire());
            Assert.Equal("NOERROR qr aa rd", new Reply(SmallWorld.Exchange(socket, SmallWorld.HostQuery)).Status);
        }
        finally
        {
            listeners.Stop();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Datagram_beyond_every_buffer_gets_an_answer_or_none_and_the_next_is_answered(bool portable)
    {
        UdpListeners listeners = _world.ListenUdp(IPAddress.Loopback, portable);
        try
        {
            using Socket socket = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
            socket.Send(new byte[60_000]);
            socket.Send(new QueryMessage("host.example.org. A") { Id = 0x777 }.ToWire());
            byte[] buffer = new byte[2048];
            Reply reply;
            do reply = new Reply(buffer.AsSpan(0, socket.Receive(buffer)));
            while (reply.Id != 0x777);
            Assert.Equal("NOERROR qr aa rd", reply.Status);
        }
        finally
        {
            listeners.Stop();
        }
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.3.4.5")]
    [InlineData("::", "::1")]
    public void Listener_on_all_addresses_answers_from_the_one_that_was_asked(string any, string asked)
    {
        if (!LinuxUdpListener.IsSupported) return; // only Linux says per datagram where it came in
        UdpListeners listeners = _world.ListenUdp(IPAddress.Parse(any), portable: false);
        try
        {
            using Socket socket = SmallWorld.Connect(IPAddress.Parse(asked), listeners.LocalEndPoint.Port);
            Assert.Equal("NOERROR qr aa rd", new Reply(SmallWorld.Exchange(socket, SmallWorld.HostQuery)).Status);
        }
        finally
        {
            listeners.Stop();
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Port_that_another_program_would_share_is_refused(string address)
    {
        if (!OperatingSystem.IsLinux()) return; // SO_REUSEPORT by its Linux number
        var ip = IPAddress.Parse(address);
        using var other = new Socket(ip.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        other.SetRawSocketOption(LinuxSockets.SolSocket, LinuxSockets.SoReusePort, BitConverter.GetBytes(1));
        other.Bind(new IPEndPoint(ip, 0));
        var taken = (IPEndPoint)other.LocalEndPoint!;

        SocketException refused = Assert.Throws<SocketException>(() => new UdpListeners(taken, 1, _world.Handler, _world.Counters));

        Assert.Equal(SocketError.AddressAlreadyInUse, refused.SocketErrorCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_ends_while_queries_keep_coming(bool portable)
    {
        UdpListeners listeners = _world.ListenUdp(IPAddress.Loopback, portable);
        using var enough = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskOnAsync(listeners.LocalEndPoint.Port, enough.Token))).ToList();
        try
        {
            using Socket socket = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
            SmallWorld.Exchange(socket, SmallWorld.HostQuery);

            await Task.Run(listeners.Stop).WaitAsync(SmallWorld.Patience);
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(clients);
        }
    }

    /// <summary>Often enough that no thread of the listener is ever without a query for long.</summary>
    private static async Task AskOnAsync(int port, CancellationToken enough)
    {
        using Socket socket = SmallWorld.Connect(IPAddress.Loopback, port);
        while (!enough.IsCancellationRequested)
        {
            try
            {
                await socket.SendAsync(SmallWorld.HostQuery);
                await Task.Delay(5, CancellationToken.None);
            }
            catch (SocketException)
            {
                // Nobody listens any more.
            }
        }
    }

    private static IEnumerable<byte[]> Corpus()
    {
        string[] names = ["host", "www", "large", "huge", "nope", "a.sub", "_explain.www", "us-east"];
        foreach (string name in names)
        {
            foreach (string type in (string[])["A", "AAAA", "TXT", "ANY", "SOA"])
            {
                string question = $"{name}.example.org. {type}";
                yield return new QueryMessage(question).ToWire();
                yield return new QueryMessage(question) { Opt = new(4096) { Options = QueryMessage.Option(8, 0, 1, 24, 0, 198, 51, 100) } }.ToWire();
                yield return new QueryMessage(question) { Opt = new(512) { Options = QueryMessage.Option(8, 0, 2, 0, 0) } }.ToWire();
                yield return new QueryMessage(question) { Opt = new(512) { Version = 1 } }.ToWire();
            }
        }

        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] garbage = new byte[random.Next(12, 600)];
            random.NextBytes(garbage);
            garbage[2] &= 0x7F; // a query, so that there is an answer to wait for
            yield return garbage;
        }
    }
}
