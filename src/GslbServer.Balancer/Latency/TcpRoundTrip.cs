using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>What the kernel knows of a connection's round trips (<c>TCP_INFO</c>, linux/tcp.h).</summary>
/// <param name="MinMicroseconds">The smallest so far (the kernel forgets after five minutes): the path without its queues.</param>
/// <param name="Retransmissions">Segments sent again since the handshake began.</param>
internal readonly record struct TcpRoundTrip(uint MinMicroseconds, uint Retransmissions)
{
    private const int TcpProtocol = 6, TcpInfo = 11;

    private const int RetransmissionsAt = 100, MinRoundTripAt = 148, Length = 152;

    /// <summary>Whether this system tells it.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>About 5 microseconds.</summary>
    /// <returns>False for a socket that is closed, is no TCP socket, or has seen no round trip.</returns>
    public static bool TryRead(Socket socket, out TcpRoundTrip roundTrip)
    {
        Span<byte> info = stackalloc byte[Length];
        roundTrip = default;
        try
        {
            if (!IsSupported || socket.GetRawSocketOption(TcpProtocol, TcpInfo, info) < Length) return false;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }

        // The kernel's own octet order. It says all ones before the first round trip.
        uint min = BitConverter.ToUInt32(info[MinRoundTripAt..]);
        roundTrip = new TcpRoundTrip(min, BitConverter.ToUInt32(info[RetransmissionsAt..]));
        return min is > 0 and < uint.MaxValue;
    }
}
