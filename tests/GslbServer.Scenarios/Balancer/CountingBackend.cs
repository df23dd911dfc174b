using System.Net;
using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>An HTTP server of the simplest kind, which takes every octet down: what a balancer lets through can be seen in it.</summary>
public sealed class CountingBackend : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, FreePort.Tcp());
    private readonly StringBuilder _heard = new();

    public string Setting => $"\"one\": {{ \"Address\": \"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}\" }}";

    /// <summary>Everything since it was last asked.</summary>
    public string TakeHeard()
    {
        lock (_heard)
        {
            string text = _heard.ToString();
            _heard.Clear();
            return text;
        }
    }

    public static CountingBackend Start()
    {
        var backend = new CountingBackend();
        backend._listener.Start();
        _ = backend.AcceptAsync();
        return backend;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>One request per connection: its head, then its body to the end that the head tells.</summary>
    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            var request = new StringBuilder();
            byte[] buffer = new byte[8192];
            try
            {
                while (!IsWhole(request.ToString()))
                {
                    int read = await socket.ReceiveAsync(buffer);
                    if (read == 0) return;
                    string text = Encoding.Latin1.GetString(buffer, 0, read);
                    request.Append(text);
                    lock (_heard) _heard.Append(text);
                }

                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray());
                socket.Shutdown(SocketShutdown.Send);
                await socket.ReceiveAsync(buffer);
            }
            catch (SocketException)
            {
            }
        }
    }

    private static bool IsWhole(string request)
    {
        int end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        string head = request[..end], body = request[(end + 4)..];
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return body.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        string? length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is null || body.Length >= int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
