using System.Net;
using System.Net.Sockets;

namespace GslbServer.Tests.Probing;

/// <summary>Accepts connections on a loopback port and treats each as told.</summary>
internal sealed class TcpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public TcpServer(Func<Socket, CancellationToken, Task> serve)
    {
        _listener.Start();
        _accepting = Task.Run(async () =>
        {
            try
            {
                while (true)
                    _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token), serve);
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        });
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Accepts and never says a word.</summary>
    public static TcpServer Silent() => new((_, stop) => Task.Delay(Timeout.Infinite, stop));

    /// <summary>Closes with RST as soon as something was said.</summary>
    public static TcpServer Resetting() => new(async (socket, stop) =>
    {
        await socket.ReceiveAsync(new byte[1], stop);
        socket.LingerState = new LingerOption(true, 0);
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Socket socket, Func<Socket, CancellationToken, Task> serve)
    {
        using (socket)
        {
            try
            {
                await serve(socket, _stop.Token);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The probe hung up, or the test is over.
            }
        }
    }
}
