using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Handover;

/// <summary>Clients that never ask twice: over UDP, over TCP with a connection for each query, and over a TCP connection that is kept while it lasts.</summary>
internal sealed class SteadyLoad(int port, string name, string expected) : IAsyncDisposable
{
    private const int UdpClients = 4, TcpClients = 2;

    /// <summary>Nothing on loopback takes so long: an answer that has not come by then will not come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<string> _failures = [];
    private Task _clients = Task.CompletedTask;
    private int _asked;

    /// <summary>What was lost or wrong.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public int Asked => Volatile.Read(ref _asked);

    public void Start() => _clients = Task.WhenAll([
        .. Enumerable.Range(0, UdpClients).Select(_ => Task.Run(UdpAsync)),
        .. Enumerable.Range(0, TcpClients).Select(_ => Task.Run(TcpAsync)),
        Task.Run(KeptTcpAsync)]);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _clients;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task UdpAsync()
    {
        using var client = new UdpClient("127.0.0.1", port);
        for (ushort id = 1; !_stop.IsCancellationRequested; id++)
        {
            await client.SendAsync(Query(id));
            await JudgeAsync("UDP", id, async late =>
            {
                UdpReceiveResult reply = await client.ReceiveAsync(late);
                return reply.Buffer;
            });
            await Task.Delay(1);
        }
    }

    private async Task TcpAsync()
    {
        for (ushort id = 1; !_stop.IsCancellationRequested; id++)
        {
            await JudgeAsync("TCP", id, async late =>
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, late);
                return await AskAsync(client.GetStream(), id, late) ?? throw new IOException("closed without an answer");
            });
            await Task.Delay(1);
        }
    }

    /// <summary>A server may close a connection that idles (RFC 7766 section 6.2.3), which is why this one pauses: seen before asking, that is no loss.</summary>
    private async Task KeptTcpAsync()
    {
        TcpClient? client = null;
        for (ushort id = 1; !_stop.IsCancellationRequested; id++)
        {
            await JudgeAsync("kept TCP", id, async late =>
            {
                if (client is null || (client.Client.Poll(0, SelectMode.SelectRead) && client.Available == 0))
                {
                    client?.Dispose();
                    client = new TcpClient();
                    await client.ConnectAsync(IPAddress.Loopback, port, late);
                }

                return await AskAsync(client.GetStream(), id, late) ?? throw new IOException("closed without an answer");
            });
            await Task.Delay(20);
        }

        client?.Dispose();
    }

    private byte[] Query(ushort id) => DnsMessage.Query(id, name, IPAddress.Parse("198.51.100.0"));

    private async Task<byte[]?> AskAsync(NetworkStream stream, ushort id, CancellationToken late)
    {
        byte[] query = Query(id);
        await stream.WriteAsync((byte[])[(byte)(query.Length >> 8), (byte)query.Length, .. query], late);
        byte[] length = new byte[2];
        if (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false, late) < 2) return null;
        byte[] reply = new byte[(length[0] << 8) + length[1]];
        await stream.ReadExactlyAsync(reply, late);
        return reply;
    }

    private async Task JudgeAsync(string how, ushort id, Func<CancellationToken, Task<byte[]>> ask)
    {
        using var late = new CancellationTokenSource(Patience);
        try
        {
            Interlocked.Increment(ref _asked);
            byte[] octets = await ask(late.Token);
            if (DnsMessage.Read(octets) is not { } reply || reply.Id != id || reply.Rcode != 0 || string.Join(' ', reply.Addresses) != expected)
            {
                _failures.Add($"{how} {id}: {Convert.ToHexString(octets)}");
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            _failures.Add($"{how} {id}: {e.Message}");
        }
    }
}
