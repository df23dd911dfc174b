using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>What is known of a client before a destination is chosen: addresses, and what it has said so far. Not thread-safe.</summary>
internal sealed class Greeting(Socket client) : IDisposable
{
    private const int SmallestBuffer = 4096;

    /// <summary>Holds the longest ClientHello in many small records, and the longest PROXY header.</summary>
    private const int LargestBuffer = 32 * 1024;

    private byte[] _buffer = [];
    private int _have;

    /// <summary>As a PROXY header says, else as the connection does.</summary>
    public IPEndPoint Client { get; private set; } = Plain((IPEndPoint)client.RemoteEndPoint!);

    /// <summary>What it connected to.</summary>
    public IPEndPoint Local { get; private set; } = Plain((IPEndPoint)client.LocalEndPoint!);

    /// <summary>Null where none was read, or what came is none.</summary>
    public ClientHello? Hello { get; private set; }

    /// <summary>Read and not yet passed on.</summary>
    public ReadOnlyMemory<byte> Octets => _buffer.AsMemory(0, _have);

    /// <summary>Reads the PROXY header and the ClientHello, as far as the settings ask for them.</summary>
    /// <returns>Why the connection is refused; null if it is not.</returns>
    /// <exception cref="OperationCanceledException">They did not come in time.</exception>
    public async Task<L4Refusal?> ReadAsync(L4Plan plan, CancellationToken cancel)
    {
        if (plan.Settings.ProxyProtocol.AcceptFrom is { Count: > 0 } trusted)
        {
            if (!trusted.Any(network => network.Contains(Client.Address))) return L4Refusal.Untrusted;
            if (await ReadHeaderAsync(cancel) != Parsed.Whole) return L4Refusal.ProxyHeader;
        }

        if (plan.Settings.Sni.Count == 0) return null;
        // What is no TLS has no name: it goes where connections without one go.
        return await ReadHelloAsync(cancel) == Parsed.Whole || plan.Default is not null ? null : L4Refusal.ClientHello;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _have) = ([], 0);
    }

    private async Task<Parsed> ReadHeaderAsync(CancellationToken cancel)
    {
        while (true)
        {
            Parsed state = ProxyHeader.TryRead(Octets.Span, out ProxyHeader header, out int length);
            if (state == Parsed.Whole)
            {
                (Client, Local) = (header.Source is { } source ? Plain(source) : Client, header.Destination is { } destination ? Plain(destination) : Local);
                Octets[length..].CopyTo(_buffer);
                _have -= length;
            }

            if (state != Parsed.Part) return state;
            if (!await ReadMoreAsync(cancel)) return Parsed.Wrong;
        }
    }

    private async Task<Parsed> ReadHelloAsync(CancellationToken cancel)
    {
        while (true)
        {
            Parsed state = ClientHello.TryRead(Octets.Span, out ClientHello? hello);
            Hello = hello;
            if (state != Parsed.Part) return state;
            if (!await ReadMoreAsync(cancel)) return Parsed.Wrong;
        }
    }

    /// <returns>False at the client's end, or if there is more than anything may have.</returns>
    private async Task<bool> ReadMoreAsync(CancellationToken cancel)
    {
        if (_have == _buffer.Length && !Grow()) return false;
        int read = await client.ReceiveAsync(_buffer.AsMemory(_have), SocketFlags.None, cancel);
        _have += read;
        return read > 0;
    }

    private bool Grow()
    {
        if (_buffer.Length >= LargestBuffer) return false;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, _buffer.Length * 2));
        Octets.CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        return true;
    }

    private static IPEndPoint Plain(IPEndPoint end) => end.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(end.Address.MapToIPv4(), end.Port) : end;
}
