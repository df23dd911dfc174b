using System.Net;
using System.Net.Sockets;

namespace GslbServer.Scenarios.Harness;

/// <summary>Ports that nothing listens on, each given out once per test run.</summary>
public static class FreePort
{
    // Below the range from which Linux takes ports of outgoing connections (32768 to 60999), so that none of those takes it in between.
    private const int First = 12_000, End = 32_000;

    private static readonly HashSet<int> Given = [];

    /// <summary>A port free for TCP, on all loopback addresses.</summary>
    public static int Tcp() => Take(port => CanBind(port, SocketType.Stream, ProtocolType.Tcp));

    /// <summary>A port free for both UDP and TCP, as DNS wants it.</summary>
    public static int UdpAndTcp() => Take(port => CanBind(port, SocketType.Stream, ProtocolType.Tcp) && CanBind(port, SocketType.Dgram, ProtocolType.Udp));

    private static int Take(Func<int, bool> isFree)
    {
        while (true)
        {
            int port = Random.Shared.Next(First, End);
            lock (Given)
            {
                if (!Given.Contains(port) && isFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }
    }

    private static bool CanBind(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            // The wildcard address: taken on any address is taken.
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
