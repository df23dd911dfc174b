using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer.Scenarios.Balancer;

/// <summary>How a <see cref="BrokenBackend"/> treats a request that it has read.</summary>
public enum Breakage
{
    /// <summary>Never answers.</summary>
    Hang,

    /// <summary>Closes without a word.</summary>
    Close,

    /// <summary>Answers the first request of a connection, and closes at the second without a word.</summary>
    CloseWhenReused,

    /// <summary>Resets within the head of its answer.</summary>
    ResetInHead,

    /// <summary>Resets within the body of its answer.</summary>
    ResetInBody,
}

/// <summary>A server on loopback that takes connections and requests, and breaks them.</summary>
public sealed class BrokenBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _requests;

    public BrokenBackend()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public volatile Breakage Breakage;

    /// <summary>Requests that came.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket connection = socket;
        byte[] buffer = new byte[16_384];
        try
        {
            for (int request = 1; await ReadHeadAsync(socket, buffer); request++)
            {
                Interlocked.Increment(ref _requests);
                if (Breakage != Breakage.CloseWhenReused || request > 1)
                {
                    await BreakAsync(socket, buffer);
                    return;
                }

                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The balancer has closed it, or the test has ended.
        }
    }

    private async Task<bool> ReadHeadAsync(Socket socket, byte[] buffer)
    {
        string head = "";
        while (!head.Contains("\r\n\r\n"))
        {
            int read = await socket.ReceiveAsync(buffer, _stop.Token);
            if (read == 0) return false;
            head += Encoding.ASCII.GetString(buffer, 0, read);
        }

        return true;
    }

    private async Task BreakAsync(Socket socket, byte[] buffer)
    {
        switch (Breakage)
        {
            case Breakage.Hang:
                while (await socket.ReceiveAsync(buffer, _stop.Token) > 0)
                {
                }

                break;
            case Breakage.ResetInHead:
                await ResetAsync(socket, "HTTP/1.1 200 OK\r\nContent-Le");
                break;
            case Breakage.ResetInBody:
                await ResetAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbeginning");
                break;
        }
    }

    private async Task ResetAsync(Socket socket, string first)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(first), _stop.Token);
        // What was sent is to arrive before the reset, which overtakes nothing but discards what is not read yet.
        await Task.Delay(100, _stop.Token);
        socket.Close(timeout: 0);
    }
}
