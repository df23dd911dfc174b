using System.Net;
using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A real TCP server on loopback. It says its name in one line, then sends back what it hears; at the client's end it says how much that was, and ends too.</summary>
public sealed class TcpBackend : IAsyncDisposable
{
    private readonly List<Socket> _open = [];
    private TcpListener? _listener;

    private TcpBackend(string name, int port) => (Name, Port) = (name, port);

    public string Name { get; }

    public int Port { get; }

    /// <summary>What the connections said, each from its first octet on.</summary>
    public List<MemoryStream> Heard { get; } = [];

    public string Setting => $"\"{Name}\": {{ \"Address\": \"127.0.0.1:{Port}\" }}";

    public static TcpBackend Start(string name)
    {
        var backend = new TcpBackend(name, FreePort.Tcp());
        backend.Start();
        return backend;
    }

    public void Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <summary>Nothing listens any more, and what was open is reset.</summary>
    public void Kill()
    {
        _listener?.Stop();
        lock (_open)
        {
            foreach (Socket socket in _open) socket.Close(0);
            _open.Clear();
        }
    }

    public string HeardText(int connection)
    {
        lock (Heard) return connection < Heard.Count ? Encoding.Latin1.GetString(Heard[connection].ToArray()) : "";
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptSocketAsync();
                lock (_open) _open.Add(socket);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var heard = new MemoryStream();
        bool isKnown = false;
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(Name + "\n"));
            byte[] buffer = new byte[65_536];
            int read;
            long total = 0;
            while ((read = await socket.ReceiveAsync(buffer)) > 0)
            {
                // A check says nothing and is no connection to speak of.
                lock (Heard)
                {
                    if (!isKnown) Heard.Add(heard);
                    isKnown = true;
                    if (total < 1000) heard.Write(buffer, 0, read);
                }

                total += read;
                await socket.SendAsync(buffer.AsMemory(0, read));
            }

            await socket.SendAsync(Encoding.ASCII.GetBytes($"end of {total}\n"));
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            socket.Close();
        }
    }
}
