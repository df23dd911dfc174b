using System.Net;
using System.Net.Sockets;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>Answers each datagram with its name.</summary>
public sealed class UdpBackend : IDisposable
{
    private readonly UdpClient _socket;
    private readonly string _name;

    private UdpBackend(string name, int port) => (_name, Port, _socket) = (name, port, new UdpClient(new IPEndPoint(IPAddress.Loopback, port)));

    public int Port { get; }

    public string Setting => $"\"{_name}\": {{ \"Address\": \"127.0.0.1:{Port}\" }}";

    /// <summary>The last datagram, hexadecimal.</summary>
    public volatile string Last = "";

    public static UdpBackend Start(string name)
    {
        var backend = new UdpBackend(name, FreePort.UdpAndTcp());
        _ = backend.RunAsync();
        return backend;
    }

    public void Dispose() => _socket.Dispose();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult received = await _socket.ReceiveAsync();
                Last = Convert.ToHexString(received.Buffer);
                await _socket.SendAsync(Encoding.ASCII.GetBytes(_name), received.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }
}
