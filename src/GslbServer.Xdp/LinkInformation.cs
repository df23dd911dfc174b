using System.Runtime.InteropServices;
using System.Text;

namespace GslbServer;

/// <summary>What the kernel says of an interface of this network namespace (netdevice(7)); /sys may be another's.</summary>
internal static unsafe partial class LinkInformation
{
    private const int NameSize = 16, RequestSize = 40;
    private const nuint GetFlags = 0x8913, GetMtu = 0x8921, GetHardwareAddress = 0x8927, Ethtool = 0x8946;

    public static bool IsLoopback(string name)
    {
        const int loopback = 8;
        return Ask(name, GetFlags, out long flags) && (flags & loopback) != 0;
    }

    /// <summary>Six octets, the first the lowest; those of loopback are 0.</summary>
    public static long HardwareAddress(string name) => Ask(name, GetHardwareAddress, out long address) ? address : 0;

    /// <summary>Octets of an IP packet.</summary>
    public static int Mtu(string name)
    {
        const int ethernet = 1500;
        return Ask(name, GetMtu, out long mtu) ? (int)mtu : ethernet;
    }

    /// <summary>Receive queues in use; 1 where the driver knows nothing of queues.</summary>
    public static int ReceiveQueues(string name)
    {
        const uint getChannels = 0x3C;
        const int receive = 5, combined = 8;
        uint* channels = stackalloc uint[combined + 1];
        new Span<uint>(channels, combined + 1).Clear();
        channels[0] = getChannels;
        return Ask(name, Ethtool, out _, channels) ? Math.Max(1, (int)(channels[receive] + channels[combined])) : 1;
    }

    /// <summary>struct ifreq: the name, then what is asked or said.</summary>
    private static bool Ask(string name, nuint what, out long said, void* with = null)
    {
        byte* request = stackalloc byte[RequestSize];
        var octets = new Span<byte>(request, RequestSize);
        octets.Clear();
        said = 0;
        if (!Encoding.ASCII.TryGetBytes(name, octets[..(NameSize - 1)], out _))
        {
            return false;
        }

        *(void**)(request + NameSize) = with;
        const int internet = 2, datagram = 2 | 0x80000;
        int socket = Kernel.OpenSocket(internet, datagram, 0);
        bool answered = Control(socket, what, request) == 0;
        Kernel.Close(socket);
        // A struct sockaddr has its family first.
        said = what == GetFlags ? *(short*)(request + NameSize) : what == GetHardwareAddress ? *(long*)(request + NameSize + 2) & 0xFFFF_FFFF_FFFF : *(int*)(request + NameSize);
        return answered;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int socket, nuint what, void* request);
}
