using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>The few Linux calls that .NET does not offer: many datagrams per call, and the local address of each.</summary>
/// <remarks>Layouts of recvmmsg(2) for 64-bit little-endian Linux (x64, arm64).</remarks>
internal static unsafe partial class LinuxSockets
{
    public const int SolSocket = 1;
    public const int SoReusePort = 15;
    public const int SoReceiveTimeout = 20;
    public const int IpProtocolIP = 0;
    public const int IpPacketInfo = 8;
    public const int IpProtocolIPv6 = 41;
    public const int IPv6ReceivePacketInfo = 49;

    /// <summary>Wait for the first datagram only.</summary>
    public const int WaitForOne = 0x10000;

    public const int DontWait = 0x40;

    public const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(int socket, MessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(int socket, MessageHeader* messages, uint count, int flags);

    /// <summary>struct mmsghdr: struct msghdr and the octets transferred.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct MessageHeader
    {
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
        public byte* Base;
        public nuint Length;
    }
}
