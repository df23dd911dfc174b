using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;
using Microsoft.AspNetCore.Connections;

namespace GslbServer;

/// <summary>DNS over TLS (RFC 7858): what <see cref="StreamConnection"/> does on a socket, on the pipe behind Kestrel's TLS.</summary>
internal sealed class DnsOverTls(QueryHandler handler, Counters counters, ConnectionLimits limits, TimeProvider time) : ConnectionHandler
{
    private const int LengthPrefix = 2;

    private readonly ConcurrentDictionary<Progress, bool> _connections = new();

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (connection.RemoteEndPoint is not IPEndPoint remote)
        {
            connection.Abort();
            return;
        }

        var progress = new Progress(connection, time);
        _connections[progress] = true;
        try
        {
            await AnswerAllAsync(connection.Transport, Client.From(remote.Address), progress);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or ConnectionResetException or OperationCanceledException)
        {
            // Reset by the client, or cut off by us.
        }
        finally
        {
            _connections.TryRemove(progress, out _);
        }
    }

    /// <summary>Closes those that idle.</summary>
    public async Task SweepAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                foreach (Progress connection in _connections.Keys)
                {
                    if (connection.EndIfIdle(limits.Idle))
                    {
                        counters.ForThisThread.Add(Counter.TcpTimedOutConnections);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task AnswerAllAsync(IDuplexPipe pipe, Client client, Progress progress)
    {
        var random = new Draw((uint)time.GetTimestamp());
        while (true)
        {
            ReadResult read = await pipe.Input.ReadAsync();
            SequencePosition used = AnswerComplete(read.Buffer, pipe.Output, client, ref random, out byte[]? transfer);
            bool isAnswered = !used.Equals(read.Buffer.Start);
            pipe.Input.AdvanceTo(used, transfer is null ? read.Buffer.End : used);
            if (isAnswered && !await FlushAsync(pipe.Output, progress))
            {
                return;
            }

            if (transfer is not null)
            {
                await TransferAsync(transfer, client, pipe.Output, progress);
                continue;
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                return;
            }
        }
    }

    /// <returns>False when nobody reads any more.</returns>
    private static async ValueTask<bool> FlushAsync(PipeWriter output, Progress progress)
    {
        progress.Made(isWriting: true);
        FlushResult flushed = await output.FlushAsync();
        progress.Made(isWriting: false);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    /// <summary>A zone transfer over TLS (RFC 9103), message by message.</summary>
    private async Task TransferAsync(byte[] query, Client client, PipeWriter output, Progress progress)
    {
        byte[] message = ArrayPool<byte>.Shared.Rent(MessageLimits.Stream);
        try
        {
            await handler.SendTransferAsync(query, client, message, async length =>
            {
                Write(output, message.AsSpan(0, length));
                if (!await FlushAsync(output, progress))
                {
                    throw new ConnectionAbortedException();
                }
            });
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private static void Write(PipeWriter output, ReadOnlySpan<byte> message)
    {
        Span<byte> framed = output.GetSpan(LengthPrefix + message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed[LengthPrefix..]);
        output.Advance(LengthPrefix + message.Length);
    }

    /// <param name="transfer">The last query, where its answer is a transfer; what stands behind it waits.</param>
    /// <returns>Behind the last query that is answered or taken.</returns>
    private SequencePosition AnswerComplete(ReadOnlySequence<byte> input, PipeWriter output, in Client client, ref Draw random, out byte[]? transfer)
    {
        transfer = null;
        byte[] buffer = [];
        CounterBlock mine = counters.ForThisThread;
        var arrival = new Arrival(Transport.Tls, limits.IdleTenths);
        var reader = new SequenceReader<byte>(input);
        SequencePosition used = input.Start;
        while (transfer is null && reader.TryReadBigEndian(out short prefix) && reader.TryReadExact((ushort)prefix, out ReadOnlySequence<byte> query))
        {
            if (buffer.Length == 0)
            {
                buffer = ArrayPool<byte>.Shared.Rent(2 * MessageLimits.Stream);
            }

            ReadOnlySpan<byte> packet = query.FirstSpan;
            if (!query.IsSingleSegment)
            {
                query.CopyTo(buffer.AsSpan(MessageLimits.Stream));
                packet = buffer.AsSpan(MessageLimits.Stream, (int)query.Length);
            }

            int length = handler.Handle(packet, client, buffer.AsSpan(0, MessageLimits.Stream), arrival, mine, ref random);
            if (length > 0)
            {
                Write(output, buffer.AsSpan(0, length));
            }
            else if (length == QueryHandler.Streamed)
            {
                transfer = packet.ToArray();
            }

            used = reader.Position;
        }

        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return used;
    }

    /// <summary>When a connection last did something, and how it is ended when that is long ago.</summary>
    private sealed class Progress(ConnectionContext connection, TimeProvider time)
    {
        private long _last = time.GetTimestamp();
        private volatile bool _isWriting;

        public void Made(bool isWriting)
        {
            _isWriting = isWriting;
            Volatile.Write(ref _last, time.GetTimestamp());
        }

        public bool EndIfIdle(TimeSpan limit)
        {
            if (time.GetElapsedTime(Volatile.Read(ref _last)) <= limit)
            {
                return false;
            }

            if (_isWriting)
            {
                connection.Abort(); // the client does not read
            }
            else
            {
                connection.Transport.Input.CancelPendingRead();
            }

            return true;
        }
    }
}
