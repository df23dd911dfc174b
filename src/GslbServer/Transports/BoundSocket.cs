using System.Net;
using System.Net.Sockets;

namespace GslbServer;

/// <summary>Sockets of one address, and of its family alone: one of IPv6 takes no clients of IPv4, who are steered by their own addresses.</summary>
internal static class BoundSocket
{
    /// <param name="prepare">What is to be set before it is bound.</param>
    /// <exception cref="SocketException">The address is in use, or not ours; nothing stays open.</exception>
    public static Socket Open(IPEndPoint endpoint, ProtocolType protocol, Action<Socket>? prepare = null)
    {
        var socket = new Socket(endpoint.AddressFamily, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
        try
        {
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            prepare?.Invoke(socket);
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
