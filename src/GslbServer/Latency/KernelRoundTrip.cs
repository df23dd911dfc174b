using System.Buffers.Binary;
using System.Net.Sockets;

namespace GslbServer;

/// <summary>The kernel's smallest round trip of a TCP connection.</summary>
internal static class KernelRoundTrip
{
    private const int IpProtocolTcp = 6;

    private const int TcpInfo = 11;

    /// <summary>Offsets in <c>struct tcp_info</c> (linux/tcp.h), microseconds: smoothed, and the smallest of the last minutes (Linux 4.6 and later).</summary>
    private const int Smoothed = 68, Smallest = 148;

    /// <returns>Milliseconds; null where the system does not say, or the connection never had one.</returns>
    public static double? Read(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian)
        {
            return null;
        }

        Span<byte> info = stackalloc byte[Smallest + sizeof(uint)];
        try
        {
            int length = socket.GetRawSocketOption(IpProtocolTcp, TcpInfo, info);
            uint smallest = length >= info.Length ? BinaryPrimitives.ReadUInt32LittleEndian(info[Smallest..]) : uint.MaxValue;
            uint smoothed = length >= Smoothed + sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(info[Smoothed..]) : 0;
            // The kernel says ~0 where it measured nothing yet.
            uint microseconds = smallest is 0 or uint.MaxValue ? smoothed : smallest;
            return microseconds == 0 ? null : microseconds / 1000.0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
