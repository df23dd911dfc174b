using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>One of the four rings that a socket shares with the kernel (Documentation/networking/af_xdp.rst): one side produces, the other consumes. Not thread-safe on this side.</summary>
internal sealed unsafe class XdpRing
{
    private readonly byte* _memory;
    private readonly nuint _length;
    private readonly uint* _producer, _consumer, _flags;
    private readonly byte* _entries;
    private readonly uint _mask;

    /// <summary>This side's own index, ahead of what the other has been told.</summary>
    private uint _own;

    /// <summary>The other side's index, as last read.</summary>
    private uint _other;

    /// <param name="entries">A power of two.</param>
    /// <exception cref="XdpException"/>
    public XdpRing(int socket, long page, in Offsets offsets, uint entries, int entrySize)
    {
        _length = (nuint)(offsets.Entries + (ulong)entries * (ulong)entrySize);
        _memory = Kernel.MapRing(socket, _length, page);
        if (_memory == null)
        {
            throw XdpException.Last("map a ring");
        }

        _producer = (uint*)(_memory + offsets.Producer);
        _consumer = (uint*)(_memory + offsets.Consumer);
        _flags = (uint*)(_memory + offsets.Flags);
        _entries = _memory + offsets.Entries;
        (_mask, Size) = (entries - 1, entries);
    }

    public uint Size { get; }

    /// <summary>Whether the kernel sleeps until it is called (XDP_RING_NEED_WAKEUP).</summary>
    public bool NeedsWakeup => (Volatile.Read(ref *_flags) & 1) != 0;

    /// <summary>Of a ring that this side fills: whether the kernel has yet to take some of it.</summary>
    public bool IsPending => Volatile.Read(ref *_consumer) != _own;

    /// <summary>Of a ring that this side fills: whether there is room for one more.</summary>
    public bool HasRoom => _own - _other < Size || _own - (_other = Volatile.Read(ref *_consumer)) < Size;

    /// <summary>Of a ring that this side empties: entries that are there, at most so many.</summary>
    public int Available(int most)
    {
        if (_other - _own < (uint)most)
        {
            _other = Volatile.Read(ref *_producer);
        }

        return (int)Math.Min(_other - _own, (uint)most);
    }

    /// <summary>The next frame address; call after <see cref="HasRoom"/> or <see cref="Available"/>.</summary>
    public ref ulong NextAddress() => ref ((ulong*)_entries)[_own++ & _mask];

    /// <inheritdoc cref="NextAddress"/>
    public ref Descriptor NextDescriptor() => ref ((Descriptor*)_entries)[_own++ & _mask];

    /// <summary>Tells the kernel what was filled.</summary>
    public void Produce() => Volatile.Write(ref *_producer, _own);

    /// <summary>Tells the kernel what was emptied.</summary>
    public void Consume() => Volatile.Write(ref *_consumer, _own);

    public void Unmap() => Kernel.Unmap(_memory, _length);

    /// <summary>struct xdp_ring_offset.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Offsets
    {
        public ulong Producer, Consumer, Entries, Flags;
    }

    /// <summary>struct xdp_desc.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Descriptor
    {
        public const int Size = 16;

        public ulong Address;
        public uint Length;
        public uint Options;
    }
}
