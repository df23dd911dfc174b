using System.Buffers;
using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>Carries octets between two connected sockets, each way by itself: an end in one direction is passed on and leaves the other open; a reset breaks both.</summary>
/// <remarks>A direction holds a buffer only while octets are there: one that waits costs none. What cannot be sent is not read, so a slow receiver slows its sender.</remarks>
internal sealed class Splice(Socket client, Socket backend, L4Target target, TcpConnection connection)
{
    private const int BufferSize = 32 * 1024;

    /// <summary>A stream that never pauses lets others run after so many buffers.</summary>
    private const int BuffersPerTurn = 64;

    public async Task RunAsync()
    {
        Task up = CopyAsync(client, backend, target.Sent), down = CopyAsync(backend, client, target.Received);
        await Task.WhenAll(up, down);
    }

    public static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> octets)
    {
        while (octets.Length > 0) octets = octets[await socket.SendAsync(octets, SocketFlags.None)..];
    }

    private async Task CopyAsync(Socket from, Socket to, StrongLong count)
    {
        byte[]? buffer = null;
        int turn = 0;
        try
        {
            while (true)
            {
                buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
                int read = from.Receive(buffer.AsSpan(0, BufferSize), SocketFlags.None, out SocketError error);
                if (error == SocketError.WouldBlock)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                    // Waits for octets and takes none.
                    await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                    continue;
                }

                if (error != SocketError.Success) throw new SocketException((int)error);
                if (read == 0) break;
                connection.Touch();
                count.Add(read);
                await SendAllAsync(to, buffer.AsMemory(0, read));
                if (++turn % BuffersPerTurn == 0) await Task.Yield();
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            connection.Cut();
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
