using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using GslbServer.Tests.Dns;
using GslbServer.Tests.Probing;

namespace GslbServer.Tests.Transports;

/// <summary>RFC 7858 on loopback.</summary>
public sealed class DnsOverTlsTests
{
    [Fact]
    public async Task Pipelined_queries_are_answered_in_order_however_they_are_cut()
    {
        await using EncryptedWorld world = await EncryptedWorld.StartAsync();
        await using SslStream tls = await world.ConnectAsync();
        Assert.Equal("dot", tls.NegotiatedApplicationProtocol.ToString());
        byte[] octets = [.. Enumerable.Range(0, 100).SelectMany(i => StreamClient.Framed(StreamClient.Query(i % 3 == 0 ? "huge.example.org. TXT" : "host.example.org. A", i)))];
        Task sending = Task.Run(async () =>
        {
            foreach (byte[] piece in octets.Chunk(7)) await tls.WriteAsync(piece);
        });
        for (int i = 0; i < 100; i++) Assert.Equal(i, (await tls.ReadReplyAsync()).Id);
        await sending;
        Assert.Equal(100, world.World.Count(Counter.TlsQueries));
    }

    [Fact]
    public async Task Padded_query_gets_a_padded_response_and_the_idle_time_is_told()
    {
        await using EncryptedWorld world = await EncryptedWorld.StartAsync();
        await using SslStream tls = await world.ConnectAsync();
        byte[] options = [.. QueryMessage.Option(12, new byte[64]), .. QueryMessage.Option(11)];
        await tls.WriteAsync(StreamClient.Framed(new QueryMessage("host.example.org. A") { Opt = new() { Options = options } }.ToWire()));
        Reply reply = await tls.ReadReplyAsync();
        Assert.Equal((468, 200), (reply.Length, (reply.Opt!.Options[11][0] << 8) | reply.Opt.Options[11][1]));
        await tls.WriteAsync(StreamClient.Framed(new QueryMessage("host.example.org. A") { Opt = new() }.ToWire()));
        Assert.Empty((await tls.ReadReplyAsync()).Opt!.Options);
    }

    [Fact]
    public async Task Client_of_another_protocol_is_turned_away()
    {
        await using EncryptedWorld world = await EncryptedWorld.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => world.ConnectAsync(alpn: "h2"));
        await using SslStream tls = await world.ConnectAsync();
        await tls.WriteAsync(StreamClient.Framed(StreamClient.Query("host.example.org. A")));
        Assert.Single((await tls.ReadReplyAsync()).Answer);
    }

    [Fact]
    public async Task Idle_connection_is_closed()
    {
        var time = new FakeTime();
        await using EncryptedWorld world = await EncryptedWorld.StartAsync(time);
        await using SslStream tls = await world.ConnectAsync();
        await tls.WriteAsync(StreamClient.Framed(StreamClient.Query("host.example.org. A")));
        await tls.ReadReplyAsync();
        await tls.WriteAsync((byte[])[0, 40, 1]); // a query begun does not keep it open
        Task<bool> end = tls.EndsAsync();
        while (!end.IsCompleted)
        {
            time.Advance(TcpLimits.Idle + TimeSpan.FromSeconds(2));
            await Task.WhenAny(end, Task.Delay(20));
        }

        Assert.True(await end);
        Assert.True(world.World.Count(Counter.TcpTimedOutConnections) >= 1);
    }

    [Fact]
    public async Task Client_behind_a_proxy_is_who_the_proxy_says()
    {
        await using EncryptedWorld world = await EncryptedWorld.StartAsync(null, IPNetwork.Parse("127.0.0.0/8"));
        byte[] header = new byte[ProxyHeader.LongestWritten];
        int length = ProxyHeader.Write(header, ProxyVersion.V2, new IPEndPoint(IPAddress.Parse("198.51.100.77"), 4242), world.Tls, ProtocolType.Tcp);
        await using SslStream tls = await world.ConnectAsync(header[..length]);
        await tls.WriteAsync(StreamClient.Framed(StreamClient.Query("www.example.org. A")));
        (await tls.ReadReplyAsync()).Is("NOERROR qr aa rd", "www.example.org. 30 A 198.51.100.10");
    }

    [Fact]
    public async Task New_certificate_is_shown_from_the_next_connection_on_and_a_bad_pair_changes_nothing()
    {
        await using EncryptedWorld world = await EncryptedWorld.StartAsync();
        await using SslStream before = await world.ConnectAsync();
        Assert.Equal("CN=first.example", before.RemoteCertificate!.Subject);

        string key = File.ReadAllText(world.KeyFile);
        world.WriteCertificate("second.example");
        string second = File.ReadAllText(world.KeyFile);
        File.WriteAllText(world.KeyFile, key); // the key of another certificate
        Assert.Contains("in force stays the certificate of CN=first.example", world.Certificate.Reload());
        await using (SslStream still = await world.ConnectAsync()) Assert.Equal("CN=first.example", still.RemoteCertificate!.Subject);

        File.WriteAllText(world.KeyFile, second);
        Assert.Null(world.Certificate.Reload());
        await using (SslStream after = await world.ConnectAsync()) Assert.Equal("CN=second.example", after.RemoteCertificate!.Subject);
        await before.WriteAsync(StreamClient.Framed(StreamClient.Query("host.example.org. A")));
        Assert.Single((await before.ReadReplyAsync()).Answer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task Files_that_are_no_pair_keep_a_node_from_starting(string text)
    {
        await using EncryptedWorld world = await EncryptedWorld.StartAsync();
        File.WriteAllText(world.CertificateFile, text);
        Assert.Null(TlsCertificate.Load(world.CertificateFile, world.KeyFile, out string problem));
        Assert.StartsWith($"{world.CertificateFile}, {world.KeyFile}: no certificate with its key, expected PEM", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Places_are_given_back_whatever_becomes_of_a_connection()
    {
        await using EncryptedWorld world = await EncryptedWorld.StartAsync();
        for (int i = 0; i < 150; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(world.Tls);
            await socket.SendAsync(new byte[] { 22, 3, 1 }[..(i % 4)]);
            if (i % 2 == 0) socket.LingerState = new LingerOption(true, 0);
            while (world.Limits.Count > 50) await Task.Delay(10);
        }

        await using SslStream tls = await world.ConnectAsync();
        await tls.WriteAsync(StreamClient.Framed(StreamClient.Query("host.example.org. A")));
        Assert.Single((await tls.ReadReplyAsync()).Answer);
    }
}
