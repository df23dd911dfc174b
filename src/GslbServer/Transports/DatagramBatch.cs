using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>The memory of one serving thread's system calls, laid out once and never moved: headers, addresses, control messages and a slot for the query and the answer
/// of each datagram.</summary>
/// <remarks>A slot is an odd number of cache lines, so that the first lines of all slots fall into different sets of the first-level cache; addresses and control
/// messages lie together, since every datagram touches theirs.</remarks>
internal sealed unsafe class DatagramBatch : IDisposable
{
    /// <summary>Datagrams per system call: at 32 the call's cost per datagram has become small, and what a batch touches still fits the first-level cache.</summary>
    public const int Capacity = 32;

    /// <summary>Room for sockaddr_in6 (28 octets).</summary>
    public const int NameSize = 32;

    /// <summary>Room for one packet-info control message of either family (40 octets).</summary>
    public const int ControlSize = 64;

    private const int SlotSize = UdpListeners.RequestSize + UdpListeners.ResponseSize;
    private const int CacheLine = 64;

    private readonly byte* _memory;

    /// <param name="withControl">Whether control messages are to be received.</param>
    public DatagramBatch(bool withControl)
    {
        const int each = 2 * LinuxSockets.MessageHeader.Size + 2 * LinuxSockets.IoVector.Size + NameSize + ControlSize + SlotSize;
        _memory = (byte*)NativeMemory.AlignedAlloc(Capacity * each, CacheLine);
        new Span<byte>(_memory, Capacity * each).Clear(); // the first query must not wait for pages
        Received = (LinuxSockets.MessageHeader*)_memory;
        Sending = Received + Capacity;
        var receiveVectors = (LinuxSockets.IoVector*)(Sending + Capacity);
        SendVectors = receiveVectors + Capacity;
        byte* names = (byte*)(SendVectors + Capacity);
        byte* controls = names + Capacity * NameSize;
        byte* slots = controls + Capacity * ControlSize;
        for (int i = 0; i < Capacity; i++)
        {
            receiveVectors[i] = new LinuxSockets.IoVector { Base = slots + i * SlotSize, Length = UdpListeners.RequestSize };
            Received[i] = new LinuxSockets.MessageHeader { Name = names + i * NameSize, Vectors = receiveVectors + i, VectorCount = 1 };
            Received[i].Control = withControl ? controls + i * ControlSize : null;
        }

        ControlRoom = withControl ? ControlSize : 0u;
        Reset(Capacity);
    }

    public LinuxSockets.MessageHeader* Received { get; }

    public LinuxSockets.MessageHeader* Sending { get; }

    /// <summary>One for each of <see cref="Sending"/>.</summary>
    public LinuxSockets.IoVector* SendVectors { get; }

    private nuint ControlRoom { get; }

    /// <summary>Gives the first <paramref name="count"/> headers back the room that a receive has cut to what it filled.</summary>
    public void Reset(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Received[i].NameLength = NameSize;
            Received[i].ControlLength = ControlRoom;
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
