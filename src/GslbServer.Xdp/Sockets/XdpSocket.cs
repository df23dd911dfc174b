using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>An AF_XDP socket on one queue of an interface with memory and rings of its own. Each frame of that memory has room for what is received in its first half and for what is sent
/// in its second, and goes round: fill ring, receive ring, here, send ring, completion ring. For one thread, but for <see cref="ReadStatistics"/> and <see cref="Dispose"/>.</summary>
internal sealed unsafe class XdpSocket : IDisposable
{
    /// <summary>A power of two.</summary>
    public const int FrameSize = 4096;

    private const ulong SendSlack = FrameSize / 2;

    /// <summary>Enough for a burst of tens of milliseconds.</summary>
    public const int Frames = 8192;

    /// <summary>Octets of memory that the kernel pins for a socket.</summary>
    public const long Memory = (long)Frames * FrameSize;

    private const int Family = 44, Raw = 3, CloseOnExec = 0x80000;
    private const int Level = 283, MapOffsets = 1, ReceiveRing = 2, SendRing = 3, RegisterMemory = 4, FillRing = 5, CompletionRing = 6, Statistics = 7, Options = 8, SendBudget = 9;
    private const long ReceivePage = 0, SendPage = 0x8000_0000, FillPage = 0x1_0000_0000, CompletionPage = 0x1_8000_0000;
    private const ushort NeedWakeup = 8;
    private const int DontWait = 0x40;

    private readonly int _socket;
    private readonly byte* _memory;
    private readonly List<XdpRing> _rings = [];
    private readonly XdpRing _fill = null!, _completion = null!, _receive = null!, _send = null!;

    /// <param name="queue">From 0.</param>
    /// <exception cref="XdpException"/>
    public XdpSocket(int interfaceIndex, int queue)
    {
        Queue = queue;
        _socket = Kernel.OpenSocket(Family, Raw | CloseOnExec, 0);
        if (_socket < 0)
        {
            throw XdpException.Last("open an AF_XDP socket");
        }

        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Memory, FrameSize);
        try
        {
            new Span<byte>(_memory, (int)Memory).Clear(); // the first query must not wait for pages
            Register();
            uint frames = Frames;
            foreach ((int ring, string name) in new[] { (FillRing, "fill"), (CompletionRing, "completion"), (ReceiveRing, "receive"), (SendRing, "send") })
            {
                Set(ring, &frames, sizeof(uint), $"make the {name} ring");
            }

            Span<XdpRing.Offsets> offsets = stackalloc XdpRing.Offsets[4];
            Get(MapOffsets, offsets, "read where the rings are");
            _receive = MapRing(ReceivePage, offsets[0], XdpRing.Descriptor.Size);
            _send = MapRing(SendPage, offsets[1], XdpRing.Descriptor.Size);
            _fill = MapRing(FillPage, offsets[2], sizeof(ulong));
            _completion = MapRing(CompletionPage, offsets[3], sizeof(ulong));
            // Newer kernels send more than 32 frames a call if asked; older ones do not know the option.
            uint budget = Frames;
            Kernel.SetOption(_socket, Level, SendBudget, &budget, sizeof(uint));
            for (uint frame = 0; frame < Frames; frame++)
            {
                _fill.NextAddress() = frame * FrameSize;
            }

            _fill.Produce();
            Bind(interfaceIndex, queue);
            Span<uint> options = stackalloc uint[1];
            Get(Options, options, "read the socket's options");
            IsZeroCopy = (options[0] & 1) != 0;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Descriptor => _socket;

    /// <summary>Of the interface, from 0.</summary>
    public int Queue { get; }

    /// <summary>Whether the driver receives into and sends from this memory itself.</summary>
    public bool IsZeroCopy { get; }

    /// <summary>Frames that have arrived.</summary>
    /// <returns>How many; 0 where there is none now.</returns>
    public int Receive(Span<ReceivedFrame> frames)
    {
        int count = _receive.Available(frames.Length);
        for (int i = 0; i < count; i++)
        {
            ref XdpRing.Descriptor descriptor = ref _receive.NextDescriptor();
            frames[i] = new ReceivedFrame(_memory + descriptor.Address, (int)descriptor.Length, RoomOf(descriptor.Address));
        }

        if (count > 0)
        {
            _receive.Consume();
        }

        return count;
    }

    /// <summary>Gives a frame back without an answer.</summary>
    public void Return(in ReceivedFrame frame) => _fill.NextAddress() = AddressOf(frame);

    /// <summary>Has the kernel send what stands in a frame's <see cref="ReceivedFrame.Room"/>, with <see cref="Flush"/>.</summary>
    /// <returns>False where the ring is full: give the frame back.</returns>
    public bool TrySend(byte* from, int length)
    {
        if (!_send.HasRoom)
        {
            return false;
        }

        _send.NextDescriptor() = new XdpRing.Descriptor { Address = (ulong)(from - _memory), Length = (uint)length };
        return true;
    }

    /// <summary>Hands over what was given back and what is to be sent, and takes back what was sent.</summary>
    public void Flush()
    {
        _send.Produce();
        if (_send.IsPending && _send.NeedsWakeup)
        {
            // Without a larger budget a call sends 32. One that fails is tried again at the next flush: nothing waits here.
            while (Kernel.Send(_socket, null, 0, DontWait, null, 0) < 0 && Marshal.GetLastPInvokeError() is Kernel.TryAgain or Kernel.Interrupted && Reclaim() && _send.IsPending)
            {
            }
        }

        Reclaim();
        _fill.Produce();
        if (_fill.NeedsWakeup)
        {
            Kernel.Receive(_socket, null, 0, DontWait, null, null);
        }
    }

    /// <summary>Waits for frames.</summary>
    /// <returns>False where the interface is down or gone; then it returns at once.</returns>
    public bool Wait(TimeSpan limit)
    {
        var entry = new Kernel.PollEntry { Descriptor = _socket, Wanted = Kernel.PollIn };
        return Kernel.Poll(&entry, 1, (int)limit.TotalMilliseconds) < 0 ? Marshal.GetLastPInvokeError() == Kernel.Interrupted : (entry.Found & ~Kernel.PollIn) == 0;
    }

    public XdpStatistics ReadStatistics()
    {
        XdpStatistics statistics = default;
        uint length = (uint)sizeof(XdpStatistics);
        Kernel.GetOption(_socket, Level, Statistics, &statistics, &length);
        return statistics;
    }

    public void Dispose()
    {
        Kernel.Close(_socket);
        _rings.ForEach(ring => ring.Unmap());
        _rings.Clear();
        NativeMemory.AlignedFree(_memory);
    }

    /// <returns>Whether there was anything.</returns>
    private bool Reclaim()
    {
        int sent = _completion.Available(Frames);
        for (int i = 0; i < sent; i++)
        {
            _fill.NextAddress() = _completion.NextAddress() & ~(FrameSize - 1ul);
        }

        if (sent > 0)
        {
            _completion.Consume();
        }

        return sent > 0;
    }

    private ulong AddressOf(in ReceivedFrame frame) => (ulong)(frame.Room - _memory) & ~(FrameSize - 1ul);

    /// <summary>Not at the same place of each frame: those would all fall into one set of the first-level cache.</summary>
    private byte* RoomOf(ulong address)
    {
        const ulong places = 11, cacheLine = 64;
        return _memory + (address & ~(FrameSize - 1ul)) + SendSlack + (address / FrameSize % places * cacheLine);
    }

    /// <summary>struct xdp_umem_reg.</summary>
    private void Register()
    {
        Span<ulong> registration = [(ulong)_memory, (ulong)Memory, FrameSize, 0];
        fixed (ulong* at = registration)
        {
            Set(RegisterMemory, at, (uint)(registration.Length * sizeof(ulong)), $"register {Memory >> 20} MiB of memory (memlock limit, or CAP_IPC_LOCK)");
        }
    }

    private XdpRing MapRing(long page, in XdpRing.Offsets offsets, int entrySize)
    {
        var ring = new XdpRing(_socket, page, offsets, Frames, entrySize);
        _rings.Add(ring);
        return ring;
    }

    /// <summary>struct sockaddr_xdp. Zero copy where the driver has it, else copies.</summary>
    private void Bind(int interfaceIndex, int queue)
    {
        Span<uint> address = [Family | NeedWakeup << 16, (uint)interfaceIndex, (uint)queue, 0];
        fixed (uint* at = address)
        {
            if (Kernel.Bind(_socket, at, (uint)(address.Length * sizeof(uint))) < 0)
            {
                throw Marshal.GetLastPInvokeError() == Kernel.Busy ? new XdpException($"queue {queue} has another AF_XDP socket") : XdpException.Last($"bind to queue {queue}");
            }
        }
    }

    private void Set(int option, void* value, uint length, string what)
    {
        if (Kernel.SetOption(_socket, Level, option, value, length) < 0)
        {
            throw XdpException.Last(what);
        }
    }

    private void Get<T>(int option, Span<T> value, string what)
        where T : unmanaged
    {
        uint length = (uint)(value.Length * sizeof(T));
        fixed (T* at = value)
        {
            if (Kernel.GetOption(_socket, Level, option, at, &length) < 0)
            {
                throw XdpException.Last(what);
            }
        }
    }
}

/// <summary>A frame in the memory of an <see cref="XdpSocket"/>.</summary>
/// <param name="frame">What was received.</param>
/// <param name="room">Where what is to be sent goes: 1,344 octets.</param>
internal readonly unsafe struct ReceivedFrame(byte* frame, int length, byte* room)
{
    public readonly byte* Frame = frame;
    public readonly int Length = length;
    public readonly byte* Room = room;
}
