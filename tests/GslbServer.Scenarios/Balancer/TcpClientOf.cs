using System.Net;
using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A client of TCP that reads lines.</summary>
public sealed class TcpClientOf : IDisposable
{
    private readonly List<byte> _have = [];

    private readonly bool _wasReset; // as it connected: the kernel says so once

    private TcpClientOf(Socket socket, bool wasReset) => (Socket, _wasReset) = (socket, wasReset);

    public Socket Socket { get; }

    public IPEndPoint Local => (IPEndPoint)Socket.LocalEndPoint!;

    /// <exception cref="SocketException">Nobody listens.</exception>
    public static async Task<TcpClientOf> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return new TcpClientOf(socket, wasReset: false);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It was taken and reset before this side looked.
            return new TcpClientOf(socket, wasReset: true);
        }
    }

    public Task SendAsync(string text) => Socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The next line without its end; what there is at the end of the connection, <c>reset</c> if it was reset.</summary>
    public async Task<string> LineAsync()
    {
        if (_wasReset) return "reset";
        byte[] buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Eventually.Deadline);
        while (!_have.Contains((byte)'\n'))
        {
            int read;
            try
            {
                read = await Socket.ReceiveAsync(buffer, limit.Token);
            }
            catch (SocketException)
            {
                return "reset";
            }

            if (read == 0) break;
            _have.AddRange(buffer.AsSpan(0, read));
        }

        int end = _have.IndexOf((byte)'\n');
        string line = Encoding.Latin1.GetString([.. end < 0 ? _have : _have[..end]]);
        _have.RemoveRange(0, end < 0 ? _have.Count : end + 1);
        return line;
    }

    /// <summary>Everything until the end of the connection, or its reset.</summary>
    public async Task<string> RestAsync()
    {
        if (_wasReset) return "(reset)";
        var text = new StringBuilder(Encoding.Latin1.GetString([.. _have]));
        _have.Clear();
        byte[] buffer = new byte[65_536];
        using var limit = new CancellationTokenSource(Eventually.Deadline);
        try
        {
            while (await Socket.ReceiveAsync(buffer, limit.Token) is > 0 and int read) text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            text.Append("(reset)");
        }

        return text.ToString();
    }

    public void Dispose() => Socket.Dispose();
}
