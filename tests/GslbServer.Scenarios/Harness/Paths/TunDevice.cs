using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace GslbServer.Scenarios.Harness;

/// <summary>A TUN device (Linux, networking/tuntap): what the kernel sends to it is read as IP packets, what is written arrives. One read or write is one packet.</summary>
internal static partial class TunDevice
{
    public const string Name = "path0";

    private const int SetInterface = 0x400454CA;

    private const short Tun = 0x0001, WithoutHeader = 0x1000;

    private const int ReadWrite = 2;

    private const short PollIn = 1;

    private const int PollMilliseconds = 100;

    private const int RequestLength = 40, FlagsAt = 16;

    /// <summary>Makes the device in the network namespace of the calling thread; it goes with its handle.</summary>
    public static SafeFileHandle Open()
    {
        SafeFileHandle device = OpenFile("/dev/net/tun", ReadWrite);
        if (device.IsInvalid) throw new Win32Exception();
        byte[] request = new byte[RequestLength];
        Encoding.ASCII.GetBytes(Name, request);
        BitConverter.TryWriteBytes(request.AsSpan(FlagsAt), (short)(Tun | WithoutHeader));
        return Control(device, SetInterface, request) == 0 ? device : throw new Win32Exception();
    }

    /// <summary>The next packet, waited for a tenth of a second: a read that blocked would outlive its device.</summary>
    /// <returns>Its length; 0 where none came.</returns>
    public static int Read(SafeFileHandle device, byte[] packet)
    {
        var ready = new PollRequest { Descriptor = (int)device.DangerousGetHandle(), Events = PollIn };
        return Poll(ref ready, 1, PollMilliseconds) > 0 && ReadFile(device, packet, packet.Length) is > 0 and var length ? (int)length : 0;
    }

    /// <summary>A packet that does not fit is lost, as on any path.</summary>
    public static void Write(SafeFileHandle device, byte[] packet) => WriteFile(device, packet, packet.Length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle device, nint request, byte[] argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollRequest request, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(SafeFileHandle device, byte[] packet, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle device, byte[] packet, nint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
