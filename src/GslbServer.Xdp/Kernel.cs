using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>The Linux calls of this room, raw: no native library is needed. All return -1 and set the last P/Invoke error where they fail.</summary>
internal static unsafe partial class Kernel
{
    public const int Interrupted = 4, TryAgain = 11, Busy = 16, NoBufferSpace = 105, NetworkDown = 100;

    public const int PollIn = 1, PollError = 8;

    private const int ReadWrite = 3, SharedPopulated = 0x8001;

    /// <summary>The layouts of this room hold here.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian && BpfNumber != 0;

    private static nint BpfNumber { get; } = RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 321, Architecture.Arm64 => 280, _ => 0 };

    /// <summary>bpf(2).</summary>
    public static long Bpf(int command, void* attributes, int size) => SystemCall(BpfNumber, command, attributes, size);

    /// <summary>Shared memory of a ring, its pages there at once.</summary>
    public static byte* MapRing(int socket, nuint length, long offset)
    {
        byte* at = Map(null, length, ReadWrite, SharedPopulated, socket, offset);
        return (nint)at == -1 ? null : at;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint Send(int socket, void* buffer, nuint length, int flags, void* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    public static partial nint Receive(int socket, void* buffer, nuint length, int flags, void* address, uint* addressLength);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* at, nuint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceIndex(string name);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* Map(void* at, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(nint number, nint command, void* attributes, nint size);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
