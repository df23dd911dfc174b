using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>The few Linux calls that .NET does not offer: many datagrams per call, and the local address of each.</summary>
/// <remarks>Layouts of recvmmsg(2) for 64-bit little-endian Linux (x64, arm64).</remarks>
internal static unsafe partial class LinuxSockets
{
    public const int SolSocket = 1;
    public const int SoReusePort = 15;
    public const int SoReceiveTimeout = 20;
    public const int SoMemoryInfo = 55;
    public const int IpProtocolIP = 0;
    public const int IpPacketInfo = 8;
    public const int IpPathMtuDiscovery = 10;
    public const int IpProtocolIPv6 = 41;
    public const int IPv6PathMtuDiscovery = 23;
    public const int IPv6ReceivePacketInfo = 49;

    /// <summary>Wait for the first datagram only.</summary>
    public const int WaitForOne = 0x10000;

    public const int DontWait = 0x40;

    /// <summary>In <see cref="MessageHeader.Flags"/>: the datagram was longer than the room for it.</summary>
    public const int Cut = 0x20;

    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int NoBufferSpace = 105;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(int socket, MessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(int socket, MessageHeader* messages, uint count, int flags);

    public static void SetOption(Socket socket, int level, int option, int value) =>
        socket.SetRawSocketOption(level, option, MemoryMarshal.AsBytes(new Span<int>(ref value)));

    /// <summary>Answers are sent without DF and as large as the interface takes (IP_PMTUDISC_OMIT). What ICMP claims about the path would let anyone have them fragmented, and
    /// fragments can be replaced by forged ones; <see cref="Dns.MessageLimits.Udp"/> octets pass nearly everywhere in one piece.</summary>
    public static void IgnorePathMtu(Socket socket)
    {
        const int omit = 5;
        bool isIPv6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        SetOption(socket, isIPv6 ? IpProtocolIPv6 : IpProtocolIP, isIPv6 ? IPv6PathMtuDiscovery : IpPathMtuDiscovery, omit);
    }

    /// <summary>Datagrams that the kernel dropped before this socket took them, because its receive buffer was full (SK_MEMINFO_DROPS); 0 where the kernel does not say, and of a closed socket.</summary>
    public static long ReadDrops(Socket socket)
    {
        const int dropsIndex = 8;
        Span<uint> info = stackalloc uint[dropsIndex + 1];
        info.Clear();
        try
        {
            socket.GetRawSocketOption(SolSocket, SoMemoryInfo, MemoryMarshal.AsBytes(info));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }

        return info[dropsIndex];
    }

    /// <summary>struct mmsghdr: struct msghdr and the octets transferred.</summary>
    [StructLayout(LayoutKind.Explicit, Size = Size)]
    public struct MessageHeader
    {
        public const int Size = 64;

        [FieldOffset(0)]
        public byte* Name;

        [FieldOffset(8)]
        public uint NameLength;

        [FieldOffset(16)]
        public IoVector* Vectors;

        [FieldOffset(24)]
        public nuint VectorCount;

        [FieldOffset(32)]
        public byte* Control;

        [FieldOffset(40)]
        public nuint ControlLength;

        [FieldOffset(48)]
        public int Flags;

        [FieldOffset(56)]
        public uint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public const int Size = 16;

        public byte* Base;
        public nuint Length;
    }
}
