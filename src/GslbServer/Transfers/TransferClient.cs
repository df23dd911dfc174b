using System.Buffers.Binary;
using System.Net.Sockets;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Fetches a zone or its changes from a primary, over TCP.</summary>
internal static class TransferClient
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    /// <summary>From one message to the end of the next.</summary>
    private static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(30);

    /// <summary>Of a whole transfer, however steady it drips.</summary>
    private static readonly TimeSpan TotalLimit = TimeSpan.FromHours(1);

    /// <param name="held">The SOA that is here: its changes are asked for. Null asks for the whole zone.</param>
    /// <param name="path">File in which the records will stand.</param>
    /// <returns>What came; with <see cref="TransferOutcome.Failed"/> the problem is never empty.</returns>
    public static async Task<(TransferOutcome Outcome, TransferReader Reader, string Problem)> FetchAsync(ZonePeer peer, TsigKey? key, DomainName zone, TransferRecord? held, string path,
        TimeProvider time, CancellationToken cancel)
    {
        var reader = new TransferReader(zone, path, held is null ? null : SoaRdata.Read(held.Rdata).Serial);
        using var total = new CancellationTokenSource(TotalLimit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, total.Token);
        try
        {
            (TransferOutcome outcome, string problem) = await RunAsync(peer, key, zone, held, reader, time, limit.Token);
            return (outcome, reader, problem);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (TransferOutcome.Failed, reader, total.IsCancellationRequested ? $"not done within {TotalLimit.TotalMinutes:0} minutes" : $"silent for {MessageLimit.TotalSeconds:0} s, after {reader.Count} records");
        }
        catch (SocketException e)
        {
            return (TransferOutcome.Failed, reader, e.Message);
        }
    }

    private static async Task<(TransferOutcome Outcome, string Problem)> RunAsync(ZonePeer peer, TsigKey? key, DomainName zone, TransferRecord? held, TransferReader reader, TimeProvider time,
        CancellationToken cancel)
    {
        using var socket = new Socket(peer.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await TimedAsync(ConnectLimit, time, limit => socket.ConnectAsync(peer.EndPoint, limit), cancel);
        byte[] buffer = new byte[2 + MessageLimits.Stream];
        ushort id = DnsExchange.NewId();
        using TsigChain? chain = key is null ? null : new TsigChain(key);
        int length = held is null ? TransferQuery.WriteAxfr(buffer.AsSpan(2), id, zone) : TransferQuery.WriteIxfr(buffer.AsSpan(2), id, held);
        length = chain?.Sign(buffer.AsSpan(2), length, DnsExchange.Seconds(time)) ?? length;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        await TimedAsync(MessageLimit, time, async limit => await socket.SendAsync(buffer.AsMemory(0, 2 + length), limit), cancel);
        while (true)
        {
            int received = 0;
            await TimedAsync(MessageLimit, time, async limit => received = await ReceiveAsync(socket, buffer, limit), cancel);
            if (received < 0)
            {
                return (TransferOutcome.Failed, $"the connection ends after {reader.Count} records, before the transfer does");
            }

            TransferOutcome outcome = Read(reader, chain, buffer.AsSpan(0, received), id, DnsExchange.Seconds(time), out string problem);
            if (outcome != TransferOutcome.Open)
            {
                return (outcome, problem);
            }
        }
    }

    private static TransferOutcome Read(TransferReader reader, TsigChain? chain, ReadOnlySpan<byte> packet, ushort id, ulong now, out string problem)
    {
        if (!TransferMessage.TryRead(packet, out TransferMessage message) || message.Id != id)
        {
            problem = $"garbage after {reader.Count} records: a message that cannot be read, or answers another question";
            return TransferOutcome.Failed;
        }

        TsigCheck check = chain?.Check(packet, message.TsigOffset, now) ?? TsigCheck.Good;
        if (check is TsigCheck.Bad or TsigCheck.Missing)
        {
            problem = DnsExchange.SignatureProblem(chain!, message.Rcode);
            return TransferOutcome.Failed;
        }

        TransferOutcome outcome = reader.Read(message);
        problem = reader.Problem;
        if (outcome is TransferOutcome.Open or TransferOutcome.Failed || check == TsigCheck.Good)
        {
            return outcome;
        }

        problem = "the last message is not signed"; // RFC 8945 section 5.3.1
        return TransferOutcome.Failed;
    }

    /// <returns>Octets of the message, at the start of the buffer; -1 at the end of the stream.</returns>
    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancel)
    {
        if (!await FillAsync(socket, buffer.AsMemory(0, 2), cancel))
        {
            return -1;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        return await FillAsync(socket, buffer.AsMemory(0, length), cancel) ? length : -1;
    }

    private static async Task<bool> FillAsync(Socket socket, Memory<byte> room, CancellationToken cancel)
    {
        while (!room.IsEmpty)
        {
            int count = await socket.ReceiveAsync(room, cancel);
            if (count == 0)
            {
                return false;
            }

            room = room[count..];
        }

        return true;
    }

    private static async Task TimedAsync(TimeSpan limit, TimeProvider time, Func<CancellationToken, ValueTask> act, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        await act(either.Token);
    }
}
