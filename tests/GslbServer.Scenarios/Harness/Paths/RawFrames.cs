using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GslbServer.Scenarios.Harness;

/// <summary>Ethernet frames, octet by octet, on one interface (packet(7)).</summary>
public sealed partial class RawFrames : IDisposable
{
    private readonly Socket _socket;

    /// <summary>Call it inside the machine's network.</summary>
    internal RawFrames(string name)
    {
        const int everything = 0x0003, packetLevel = 263, auxiliaryData = 8;
        _socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)IPAddress.HostToNetworkOrder((short)everything)) { ReceiveTimeout = 200, ReceiveBufferSize = 8 << 20 };
        _socket.SetRawSocketOption(packetLevel, auxiliaryData, [1, 0, 0, 0]);
        _socket.Bind(new Link((int)if_nametoindex(name)));
    }

    public void Send(ReadOnlySpan<byte> frame) => _socket.Send(frame);

    /// <returns>The next frame that came or went, as it was on the wire; null when there is none for a while.</returns>
    public unsafe byte[]? Receive()
    {
        byte* buffer = stackalloc byte[2048];
        byte* control = stackalloc byte[64];
        nuint* vector = stackalloc nuint[2];
        (vector[0], vector[1]) = ((nuint)buffer, 2048);
        // struct msghdr: name, its length, vectors, their count, control, its length, flags.
        nuint* message = stackalloc nuint[7];
        new Span<byte>(message, 7 * sizeof(nuint)).Clear();
        (message[2], message[3], message[4], message[5]) = ((nuint)vector, 1, (nuint)control, 64);
        nint length = recvmsg((int)_socket.Handle, message, 0);
        if (length < 0) return null;
        byte[] frame = new ReadOnlySpan<byte>(buffer, (int)length).ToArray();
        // The kernel takes a tag off and tells it beside (struct tpacket_auxdata behind the head of the control message).
        const int tagIsValid = 1 << 4, head = 16;
        if (message[5] < head + 20 || (*(uint*)(control + head) & tagIsValid) == 0) return frame;
        ushort tag = *(ushort*)(control + head + 16);
        return [.. frame[..12], 0x81, 0x00, (byte)(tag >> 8), (byte)tag, .. frame[12..]];
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint if_nametoindex(string name);

    [LibraryImport("libc")]
    private static unsafe partial nint recvmsg(int socket, void* message, int flags);

    /// <summary>struct sockaddr_ll.</summary>
    private sealed class Link(int index) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            address[3] = 0x03;
            for (int i = 0; i < sizeof(int); i++) address[4 + i] = (byte)(index >> 8 * i);
            return address;
        }
    }
}
