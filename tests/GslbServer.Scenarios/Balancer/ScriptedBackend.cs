using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A backend that answers each request with octets of the test's choice. It counts connections and keeps every request as it came.</summary>
public sealed class ScriptedBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Socket, Task<bool>> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;

    /// <param name="answer">Gets a request with its content and the connection; false closes the connection.</param>
    public ScriptedBackend(Func<string, Socket, Task<bool>> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Answers each request with the same octets and keeps the connection.</summary>
    public ScriptedBackend(string answer)
        : this(async (_, connection) =>
        {
            await connection.SendAsync(Encoding.Latin1.GetBytes(answer));
            return true;
        })
    {
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>All so far, in the order they came.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Requests { get; } = [];

    public string Settings(string cluster = "", string balancer = "\"DrainWait\": 0") => $$"""
        {
          "ReverseProxy": {
            "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } },
            "Clusters": { "web": { {{cluster}} "Destinations": { "scripted": { "Address": "http://127.0.0.1:{{Port}}" } } } }
          },
          "Balancer": { {{balancer}} }
        }
        """;

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
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        Interlocked.Increment(ref _connections);
        using (connection)
        using (_stop.Token.Register(connection.Dispose))
        {
            try
            {
                var text = new StringBuilder();
                byte[] buffer = new byte[65536];
                while (await connection.ReceiveAsync(buffer, _stop.Token) is > 0 and int received)
                {
                    text.Append(Encoding.Latin1.GetString(buffer, 0, received));
                    if (Take(text) is not { } request) continue;
                    Requests.Enqueue(request);
                    if (!await _answer(request, connection)) return;
                }
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The other side broke off, or the test is over.
            }
        }
    }

    /// <summary>One whole request from the front, or null.</summary>
    private static string? Take(StringBuilder text)
    {
        string all = text.ToString();
        int end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return null;
        string? length = all[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        int octets = end + 4 + (length is null ? 0 : int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        if (all.Length < octets) return null;
        text.Remove(0, octets);
        return all[..octets];
    }
}
