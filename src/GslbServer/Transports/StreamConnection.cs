using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>One connection of length-prefixed DNS messages: reads what comes, answers every complete query in order, writes answers together. An idle connection holds
/// <see cref="TcpLimits.WaitBuffer"/> octets and nothing of the pool.</summary>
/// <param name="limits">Say how long the connection may idle, which clients are told.</param>
/// <param name="isProxy">Of a peer that says in a PROXY header first who the client is.</param>
internal sealed class StreamConnection(Socket socket, Client client, QueryHandler handler, Counters counters, ConnectionLimits limits, TimeProvider time, ResolverWatch? watch,
    bool isProxy)
{
    private const int LengthPrefix = 2;
    // What ends a wait here wakes the thread that closes, maybe before it has left its own call; the runtime may reset a socket that is disposed
    // while a call is inside. So the two take turns.
    private readonly Lock _closing = new();
    private Draw _random = new((uint)time.GetTimestamp());
    private long _lastProgress = time.GetTimestamp();
    private Client _client = client;
    private bool _awaitsHeader = isProxy;
    private bool _answered;
    private volatile bool _endsAfterAnswer;
    private volatile bool _isStuck; // the client does not read, and the kernel takes no more for it

    /// <summary>Timestamp of the last read that completed a query, and of the last answer taken by the client.</summary>
    public long LastProgress => Volatile.Read(ref _lastProgress);

    /// <summary>Closes at once, whatever it waits for. A client that does not read its answers is reset, so that the kernel keeps none of them for it.</summary>
    public void Abort()
    {
        lock (_closing)
        {
            socket.Dispose();
        }
    }

    /// <summary>Ends an idle connection as RFC 7766 section 6.2.3 wants it, with a close that the client reads as the end and not as an error.</summary>
    public void EndIdle()
    {
        if (_isStuck)
        {
            Abort();
        }
        else
        {
            Finish();
        }
    }

    /// <summary>Closes once the next answer is sent: a client that asks one thing after the other loses nothing by that.</summary>
    public void EndAfterAnswer() => _endsAfterAnswer = true;

    /// <summary>Answers what has arrived, then closes. All of it is read: a close over unread octets would be a reset.</summary>
    public void Finish()
    {
        lock (_closing)
        {
            try
            {
                socket.Shutdown(SocketShutdown.Receive);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }
    }

    public async Task RunAsync()
    {
        // Waiting with a buffer of its own takes what comes in one call; a wait without one would need a second, each time.
        byte[] own = new byte[TcpLimits.WaitBuffer];
        byte[] read = own;
        int held = 0;
        try
        {
            while (true)
            {
                int count = await socket.ReceiveAsync(read.AsMemory(held), SocketFlags.None);
                if (count == 0)
                {
                    return;
                }

                held += count;
                bool isFull = held == read.Length;
                int used = 0;
                if (_awaitsHeader)
                {
                    used = TakeHeader(read.AsSpan(0, held));
                    if (used < 0)
                    {
                        counters.ForThisThread.Add(Counter.BadProxyHeaders);
                        return;
                    }
                }

                if (!_awaitsHeader)
                {
                    used += await AnswerAsync(read.AsMemory(used, held - used));
                }

                held -= used;
                if (_endsAfterAnswer && used > 0 && held == 0 && socket.Available == 0)
                {
                    return;
                }

                read.AsSpan(used, held).CopyTo(read);
                int wanted = _awaitsHeader && isFull ? ProxyHeader.Longest : Wanted(read, held, isFull);
                if (wanted > read.Length)
                {
                    read = Exchange(read, own, held, ArrayPool<byte>.Shared.Rent(wanted));
                }
                else if (held == 0 && !isFull && read != own)
                {
                    read = Exchange(read, own, held, own);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset by the client, or closed by us: either way nobody reads any more.
        }
        finally
        {
            Exchange(read, own, 0, own);
            if (_answered)
            {
                watch?.Answered(socket, _client);
            }

            Abort();
        }
    }

    /// <returns>Octets of the header; 0 while more must come, -1 where none can make it right.</returns>
    private int TakeHeader(ReadOnlySpan<byte> octets)
    {
        switch (ProxyHeader.TryRead(octets, out ProxyHeader header, out int length))
        {
            case Parsed.Whole:
                _awaitsHeader = false;
                _client = header.Source is { } source ? Client.From(source.Address) : _client;
                return length;
            case Parsed.Part when octets.Length < ProxyHeader.Longest:
                return 0;
            default:
                return -1;
        }
    }

    /// <summary>Answers every complete query in the buffer.</summary>
    /// <returns>Octets used up.</returns>
    private async ValueTask<int> AnswerAsync(ReadOnlyMemory<byte> input)
    {
        int used = 0;
        byte[] output = [];
        try
        {
            int pending = 0;
            CounterBlock mine = counters.ForThisThread;
            while (NextMessage(input.Span[used..], out int length))
            {
                if (output.Length == 0)
                {
                    output = ArrayPool<byte>.Shared.Rent(TcpLimits.WriteBuffer + LengthPrefix + MessageLimits.Stream);
                    Volatile.Write(ref _lastProgress, time.GetTimestamp());
                }

                ReadOnlyMemory<byte> query = input.Slice(used + LengthPrefix, length);
                int answered = Answer(query.Span, output.AsSpan(pending), mine);
                used += LengthPrefix + length;
                if (answered == QueryHandler.Streamed)
                {
                    await WriteAsync(output.AsMemory(0, pending));
                    await TransferAsync(query, output);
                    pending = 0;
                    mine = counters.ForThisThread;
                    continue;
                }

                pending += answered;
                if (pending > TcpLimits.WriteBuffer)
                {
                    await WriteAsync(output.AsMemory(0, pending));
                    pending = 0;
                    mine = counters.ForThisThread; // the wait may have ended on another thread
                }
            }

            if (pending > 0)
            {
                await WriteAsync(output.AsMemory(0, pending));
            }

            return used;
        }
        finally
        {
            Return(ref output);
        }
    }

    private static bool NextMessage(ReadOnlySpan<byte> input, out int length)
    {
        length = input.Length >= LengthPrefix ? BinaryPrimitives.ReadUInt16BigEndian(input) : int.MaxValue;
        return length <= input.Length - LengthPrefix;
    }

    private int Answer(ReadOnlySpan<byte> query, Span<byte> output, CounterBlock mine)
    {
        int length = handler.Handle(query, _client, output[LengthPrefix..], new Arrival(Transport.Tcp, limits.IdleTenths), mine, ref _random);
        if (length <= 0)
        {
            return length;
        }

        _answered = true;
        BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)length);
        return LengthPrefix + length;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> output)
    {
        while (output.Length > 0)
        {
            ValueTask<int> sending = socket.SendAsync(output, SocketFlags.None);
            _isStuck = !sending.IsCompleted;
            output = output[await sending..];
            _isStuck = false;
        }

        Volatile.Write(ref _lastProgress, time.GetTimestamp());
    }

    /// <summary>Sends a transfer message by message; as long as the client does not read, nothing more is made.</summary>
    private async Task TransferAsync(ReadOnlyMemory<byte> query, byte[] output)
    {
        // The buffer is one message long, behind room for its length.
        byte[] message = ArrayPool<byte>.Shared.Rent(MessageLimits.Stream);
        try
        {
            await handler.SendTransferAsync(query, _client, message, length =>
            {
                BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)length);
                message.AsSpan(0, length).CopyTo(output.AsSpan(LengthPrefix));
                return WriteAsync(output.AsMemory(0, LengthPrefix + length));
            });
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <summary>Octets that the next receive needs room for: the rest of a message whose length has been read; and more than before when the buffer was full, for then more is
    /// there already.</summary>
    private static int Wanted(byte[] buffer, int held, bool isFull)
    {
        int begun = held >= LengthPrefix ? LengthPrefix + BinaryPrimitives.ReadUInt16BigEndian(buffer) : held + 1;
        return isFull ? Math.Max(begun, TcpLimits.ReadBuffer) : begun;
    }

    /// <summary>Carries on in <paramref name="next"/>; what is not the connection's own goes back to the pool.</summary>
    private static byte[] Exchange(byte[] buffer, byte[] own, int held, byte[] next)
    {
        buffer.AsSpan(0, held).CopyTo(next);
        if (buffer != own)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return next;
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }
}
