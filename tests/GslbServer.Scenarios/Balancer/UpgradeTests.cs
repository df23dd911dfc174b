using System.Net;
using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A connection whose client asks for another protocol, octet by octet.</summary>
public sealed class UpgradeTests
{
    private const string Switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-A: b\r\n\r\n";

    [Fact]
    public async Task What_comes_with_the_agreement_passes_and_so_do_both_directions()
    {
        await using var backend = new ScriptedBackend(async (_, connection) =>
        {
            await connection.SendAsync(Encoding.Latin1.GetBytes(Switched + "\u0082\u0002hi"));
            byte[] buffer = new byte[100];
            int received = await connection.ReceiveAsync(buffer);
            await connection.SendAsync(buffer.AsMemory(0, received));
            return false;
        });
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());
        using Socket client = await AskAsync(balancer.Port);

        string head = await ReadAsync(client, "hi");
        Assert.StartsWith("HTTP/1.1 101 ", head);
        Assert.Contains("\r\nX-A: b\r\n", head);
        Assert.Contains("\r\nUpgrade: websocket\r\n", head);
        await client.SendAsync(Encoding.Latin1.GetBytes("\u0082\u0080abcd"));
        await ReadAsync(client, "abcd");
        // The backend has ended: so does the connection.
        Assert.Equal(0, await client.ReceiveAsync(new byte[10]));

        string request = backend.Requests.Single();
        Assert.Contains("\r\nUpgrade: websocket\r\n", request);
        Assert.Contains("\r\nConnection: Upgrade\r\n", request);
        Assert.Contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", request);
        Assert.Contains("\r\nX-Forwarded-For: 127.0.0.1\r\n", request);
    }

    [Fact]
    public async Task A_refusal_passes_as_any_answer_and_leaves_the_connection_usable()
    {
        await using var backend = new ScriptedBackend("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());

        for (int i = 0; i < 2; i++)
        {
            using Socket client = await AskAsync(balancer.Port);
            Assert.StartsWith("HTTP/1.1 403 ", await ReadAsync(client, "nope"));
        }

        Assert.Equal(1, backend.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n")]
    public async Task A_switch_to_what_nobody_asked_for_is_a_502(string answer)
    {
        await using var backend = new ScriptedBackend(answer);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());
        using Socket client = await AskAsync(balancer.Port);

        Assert.StartsWith("HTTP/1.1 502 ", await ReadAsync(client, "\r\n\r\n"));
    }

    [Fact]
    public async Task When_the_client_goes_the_backend_is_told()
    {
        var ended = new TaskCompletionSource();
        await using var backend = new ScriptedBackend(async (_, connection) =>
        {
            await connection.SendAsync(Encoding.Latin1.GetBytes(Switched));
            if (await connection.ReceiveAsync(new byte[100]) == 0) ended.SetResult();
            return false;
        });
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());
        using (Socket client = await AskAsync(balancer.Port)) await ReadAsync(client, "\r\n\r\n");

        await ended.Task.WaitAsync(Eventually.Deadline);
        await Eventually.TrueAsync(async () => await balancer.MetricAsync("gslb_balancer_requests_in_flight{cluster=\"web\",destination=\"scripted\"}") == 0, () => "the connection still counts as in flight");
    }

    [Fact]
    public async Task A_connection_on_which_nothing_passes_ends_after_the_activity_timeout()
    {
        await using var backend = new ScriptedBackend(Switched);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings(cluster: "\"HttpRequest\": { \"ActivityTimeout\": \"00:00:01\" },"));
        using Socket client = await AskAsync(balancer.Port);
        await ReadAsync(client, "\r\n\r\n");

        Assert.Equal(0, await client.ReceiveAsync(new byte[10]).WaitAsync(Eventually.Deadline));
    }

    private static async Task<Socket> AskAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray());
        return socket;
    }

    /// <summary>Reads until what has come ends so.</summary>
    private static async Task<string> ReadAsync(Socket socket, string end)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int received = await socket.ReceiveAsync(buffer).WaitAsync(Eventually.Deadline);
            Assert.True(received > 0, $"The connection ended after: {text}");
            text.Append(Encoding.Latin1.GetString(buffer, 0, received));
        }

        return text.ToString();
    }
}
