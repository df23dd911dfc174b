using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>What came back, or why nothing did.</summary>
/// <param name="Problem">For people; null when there is a message.</param>
internal sealed record DnsReply(ReceivedMessage? Message, string? Problem)
{
    public bool IsNoError => Message?.Rcode == Rcode.NoError;
}

/// <summary>Asks DNS servers. Never throws for what a server or the network does, and never waits longer than <see cref="Patience"/> for each try.</summary>
internal static class DnsAsker
{
    /// <summary>As dig and resolvers have it: a server that needs longer is as good as silent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int UdpTries = 2;

    /// <summary>Over UDP, and over TCP where the answer was truncated (RFC 7766 section 5).</summary>
    public static async Task<DnsReply> AskAsync(IPEndPoint server, ServerQuestion question, CancellationToken cancel)
    {
        DnsReply reply = await AskUdpAsync(server, question, cancel);
        return reply.Message is { IsTruncated: true } ? await AskTcpAsync(server, question, cancel) : reply;
    }

    public static async Task<DnsReply> AskUdpAsync(IPEndPoint server, ServerQuestion question, CancellationToken cancel)
    {
        byte[] query = question.Write();
        DnsReply reply = new(null, "no answer");
        for (int i = 0; i < UdpTries && reply.Message is null; i++)
        {
            reply = await TryAsync(limit => UdpAsync(server, query, limit), cancel);
        }

        return reply;
    }

    public static Task<DnsReply> AskTcpAsync(IPEndPoint server, ServerQuestion question, CancellationToken cancel) =>
        TryAsync(limit => TcpAsync(server, question.Write(), limit), cancel);

    private static async Task<DnsReply> TryAsync(Func<CancellationToken, Task<DnsReply>> ask, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new DnsReply(null, $"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return new DnsReply(null, e.Message);
        }
    }

    /// <summary>Datagrams that answer something else are not ours to judge: one waits on.</summary>
    private static async Task<DnsReply> UdpAsync(IPEndPoint server, byte[] query, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancel);
        await socket.SendAsync(query, cancel);
        byte[] reply = new byte[MessageLimits.Stream];
        while (true)
        {
            int length = await socket.ReceiveAsync(reply, cancel);
            if (length >= 2 && reply.AsSpan(0, 2).SequenceEqual(query.AsSpan(0, 2)))
            {
                return Read(reply.AsSpan(0, length));
            }
        }
    }

    private static async Task<DnsReply> TcpAsync(IPEndPoint server, byte[] query, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancel);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync((byte[])[(byte)(query.Length >> 8), (byte)query.Length, .. query], cancel);
        byte[] head = new byte[2];
        await stream.ReadExactlyAsync(head, cancel);
        byte[] reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        await stream.ReadExactlyAsync(reply, cancel);
        return Read(reply);
    }

    private static DnsReply Read(ReadOnlySpan<byte> octets) =>
        ReceivedMessage.TryRead(octets, out ReceivedMessage? message) ? new DnsReply(message, null) : new DnsReply(null, "an answer that cannot be read");
}
