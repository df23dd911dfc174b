using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using GslbServer.Tests.Dns;
using GslbServer.Tests.Probing;

namespace GslbServer.Tests.Transports;

/// <summary>RFC 7766 over real connections on loopback.</summary>
public sealed class TcpListenerTests : IAsyncLifetime
{
    private readonly SmallWorld _world = new();
    private readonly FakeTime _time = new();
    private DnsTcpListener _listener = null!;

    public Task InitializeAsync()
    {
        _listener = new DnsTcpListener(new IPEndPoint(IPAddress.Loopback, 0), _world.Handler, _world.Counters, _time);
        _listener.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _listener.StopAsync(SmallWorld.Patience);
        _listener.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Thousand_pipelined_queries_are_all_answered()
    {
        using Socket client = await ConnectAsync();
        Task sending = SendAsync(client, [.. Enumerable.Range(0, 1000).SelectMany(i => Framed(Query("host.example.org. A", i)))]);
        var ids = new HashSet<int>();
        while (ids.Count < 1000) ids.Add((await ReadAsync(client)).Id);
        await sending;
    }

    [Fact]
    public async Task Stream_cut_at_any_octet_reads_the_same()
    {
        byte[] octets = [.. Framed(Query("host.example.org. A", 1)), .. Framed(Query("large.example.org. A", 2))];
        using Socket client = await ConnectAsync();
        for (int cut = 1; cut < octets.Length; cut++)
        {
            await SendAsync(client, octets[..cut]);
            await Task.Yield();
            await SendAsync(client, octets[cut..]);
            Assert.Equal((1, 2), ((await ReadAsync(client)).Id, (await ReadAsync(client)).Id));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    public async Task Message_shorter_than_a_header_is_passed_over(int length)
    {
        using Socket client = await ConnectAsync();
        await SendAsync(client, [.. Framed(new byte[length]), .. Framed(Query("host.example.org. A", 7))]);
        Assert.Equal(7, (await ReadAsync(client)).Id);
    }

    [Fact]
    public async Task Longest_message_of_garbage_is_formerr_and_the_connection_lives_on()
    {
        byte[] garbage = new byte[65535];
        Array.Fill(garbage, (byte)0x2A);
        garbage[2] = 0;
        using Socket client = await ConnectAsync();
        await SendAsync(client, [.. Framed(garbage), .. Framed(Query("host.example.org. A", 7))]);
        Assert.Equal("FORMERR qr", (await ReadAsync(client)).Status);
        Assert.Equal(7, (await ReadAsync(client)).Id);
    }

    [Fact]
    public async Task Half_closed_connection_gets_its_answers_and_then_the_end()
    {
        using Socket client = await ConnectAsync();
        await SendAsync(client, [.. Framed(Query("host.example.org. A", 1)), .. Framed(Query("huge.example.org. TXT", 2)), 0, 40, 1]);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(1, (await ReadAsync(client)).Id);
        Assert.Equal(2, (await ReadAsync(client)).Id);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Idle_connection_is_closed_and_not_reset(bool isMessageBegun)
    {
        // Rounds, because the sweep that ends the wait and the wait that then closes run on two threads.
        for (int round = 0; round < 40; round++)
        {
            using Socket client = await ConnectAsync();
            await SendAsync(client, Framed(Query("host.example.org. A", 1)));
            Assert.Equal(1, (await ReadAsync(client)).Id);
            if (isMessageBegun) await SendAsync(client, [0, 40, 1]);

            Task<int> end = client.ReceiveAsync(new byte[1]);
            await PassTimeUntilAsync(end);

            Assert.Equal(0, await end);
        }
    }

    [Fact]
    public async Task Client_that_does_not_read_its_answers_is_cut_off_and_others_are_served()
    {
        using Socket deaf = await ConnectAsync();
        byte[] many = [.. Enumerable.Range(0, 200).SelectMany(i => Framed(Query("huge.example.org. TXT", i)))];
        var stuck = SendUntilClosedAsync(deaf, many);

        using Socket other = await ConnectAsync();
        await SendAsync(other, Framed(Query("host.example.org. A", 3)));
        Assert.Equal(3, (await ReadAsync(other)).Id);

        await PassTimeUntilAsync(stuck);
        Assert.True(await stuck);
    }

    [Fact]
    public async Task Storm_of_resets_at_every_stage_leaves_the_listener_serving()
    {
        byte[] query = Framed(Query("huge.example.org. TXT", 1));
        for (int i = 0; i < 400; i++)
        {
            using Socket client = await ConnectAsync();
            client.LingerState = new LingerOption(true, 0); // closing resets
            if (i % 4 > 0) await SendAsync(client, query[..(i % 4 == 1 ? 1 : query.Length)]);
            if (i % 4 == 3) await client.ReceiveAsync(new byte[1]);
        }

        using Socket other = await ConnectAsync();
        await SendAsync(other, Framed(Query("host.example.org. A", 3)));
        Assert.Equal(3, (await ReadAsync(other)).Id);
    }

    /// <summary>How far the listener has come when time begins to pass is the scheduler's affair, so time goes on.</summary>
    private async Task PassTimeUntilAsync(Task awaited)
    {
        while (!awaited.IsCompleted)
        {
            _time.Advance(TcpLimits.Idle + TimeSpan.FromSeconds(2));
            await Task.WhenAny(awaited, Task.Delay(20));
        }
    }

    private static async Task<bool> SendUntilClosedAsync(Socket socket, byte[] octets)
    {
        try
        {
            while (true) await socket.SendAsync(octets);
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_listener.LocalEndPoint);
        return socket;
    }

    private static byte[] Query(string question, int id) => new QueryMessage(question) { Id = (ushort)id }.ToWire();

    private static byte[] Framed(byte[] message) => [.. QueryMessage.Short(message.Length), .. message];

    private static async Task SendAsync(Socket socket, byte[] octets)
    {
        for (int sent = 0; sent < octets.Length;) sent += await socket.SendAsync(octets.AsMemory(sent));
    }

    private static async Task<Reply> ReadAsync(Socket socket)
        => new(await ReadExactlyAsync(socket, BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(socket, 2))));

    private static async Task<byte[]> ReadExactlyAsync(Socket socket, int length)
    {
        byte[] octets = new byte[length];
        for (int have = 0; have < length;)
        {
            int count = await socket.ReceiveAsync(octets.AsMemory(have)).AsTask().WaitAsync(SmallWorld.Patience);
            if (count == 0) throw new EndOfStreamException();
            have += count;
        }

        return octets;
    }
}
