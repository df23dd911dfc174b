using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>File descriptors that go from process to process over a Unix socket (SCM_RIGHTS, unix(7)), which .NET does not offer.</summary>
/// <remarks>Layouts of 64-bit Linux.</remarks>
internal static unsafe partial class Descriptor
{
    /// <summary>Of one message; the kernel takes 253 (SCM_MAX_FD).</summary>
    public const int MostOfMessage = 128;

    private const int SolSocket = 1, Rights = 1, PeerCredentials = 17;
    private const int NoSignal = 0x4000, CloseOnExec = 0x40000000, ControlCut = 8;
    private const int ControlHeader = 16;
    private const int DuplicateCloseOnExec = 1030, SetFlags = 2, CloseOnExecFlag = 1;
    private const int Interrupted = 4;

    /// <summary>Another descriptor of the same socket.</summary>
    public static Socket Duplicate(Socket socket)
    {
        int copy = Control((int)socket.Handle, DuplicateCloseOnExec, 0);
        GC.KeepAlive(socket);
        return copy >= 0 ? Open(copy) : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>One that this process was started with; those that it starts do not get it.</summary>
    /// <returns>Null if there is none of that number.</returns>
    public static Socket? Inherited(int descriptor) => Control(descriptor, SetFlags, CloseOnExecFlag) == 0 ? Open(descriptor) : null;

    public static Socket Open(int descriptor) => new(new SafeSocketHandle(descriptor, ownsHandle: true));

    /// <summary>Whoever is at the other end of a Unix socket: process and user.</summary>
    public static (int Process, uint User) PeerOf(Socket socket)
    {
        Span<int> credentials = stackalloc int[3];
        socket.GetRawSocketOption(SolSocket, PeerCredentials, MemoryMarshal.AsBytes(credentials));
        return (credentials[0], (uint)credentials[1]);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Sends one message, and the descriptors of sockets with it. The sender keeps its own.</summary>
    /// <exception cref="SocketException">The other end is gone.</exception>
    public static void Send(Socket over, ReadOnlySpan<byte> message, ReadOnlySpan<Socket> sockets)
    {
        int octets = ControlHeader + (sizeof(int) * sockets.Length);
        byte* control = stackalloc byte[Aligned(octets)];
        new Span<byte>(control, Aligned(octets)).Clear();
        *(nuint*)control = (nuint)octets;
        *(int*)(control + 8) = SolSocket;
        *(int*)(control + 12) = Rights;
        for (int i = 0; i < sockets.Length; i++)
        {
            *(int*)(control + ControlHeader + (sizeof(int) * i)) = (int)sockets[i].Handle;
        }

        fixed (byte* data = message)
        {
            var vector = new LinuxSockets.IoVector { Base = data, Length = (nuint)message.Length };
            var header = new LinuxSockets.MessageHeader { Vectors = &vector, VectorCount = 1, Control = sockets.Length > 0 ? control : null, ControlLength = sockets.Length > 0 ? (nuint)Aligned(octets) : 0 };
            while (SendMessage((int)over.Handle, &header, NoSignal) < 0)
            {
                ThrowUnlessInterrupted();
            }
        }
    }

    /// <summary>Receives one message.</summary>
    /// <param name="sockets">Gets those that came with it.</param>
    /// <returns>Octets; 0 when the other end is gone.</returns>
    /// <exception cref="SocketException">Nothing came in the time of <see cref="Socket.ReceiveTimeout"/>, or the other end was killed.</exception>
    public static int Receive(Socket over, Span<byte> message, ICollection<Socket> sockets)
    {
        int room = Aligned(ControlHeader + (sizeof(int) * MostOfMessage));
        byte* control = stackalloc byte[room];
        fixed (byte* data = message)
        {
            var vector = new LinuxSockets.IoVector { Base = data, Length = (nuint)message.Length };
            var header = new LinuxSockets.MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)room };
            nint count;
            while ((count = ReceiveMessage((int)over.Handle, &header, CloseOnExec)) < 0)
            {
                ThrowUnlessInterrupted();
            }

            if (header.ControlLength >= ControlHeader && *(int*)(control + 8) == SolSocket && *(int*)(control + 12) == Rights)
            {
                int descriptors = (int)((*(nuint*)control - ControlHeader) / sizeof(int));
                for (int i = 0; i < descriptors; i++)
                {
                    sockets.Add(Open(*(int*)(control + ControlHeader + (sizeof(int) * i))));
                }
            }

            // Too few descriptors left in this process: those that did not fit are gone.
            return (header.Flags & ControlCut) == 0 ? (int)count : throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
    }

    private static int Aligned(int octets) => (octets + 7) & ~7;

    private static void ThrowUnlessInterrupted()
    {
        if (Marshal.GetLastPInvokeError() is var error && error != Interrupted)
        {
            throw new SocketException(error == LinuxSockets.TryAgain ? (int)SocketError.TimedOut : (int)SocketError.ConnectionReset, new Win32Exception(error).Message);
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int socket, LinuxSockets.MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int socket, LinuxSockets.MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);
}
