using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Octet strings one behind the other, in blocks: none is moved once it is written, and none is cut by the end of a block.</summary>
internal sealed class OctetBlocks
{
    private const int Shift = 20;
    private const int BlockLength = 1 << Shift;

    private readonly List<byte[]> _blocks = [new byte[1024]];
    private readonly List<int> _unspent = [0]; // by block, strings that are still needed
    private int _used; // of the last block

    /// <summary>Octets in use.</summary>
    public long Length { get; private set; }

    /// <summary>Room for an octet string of at most 1 MiB, to be written by the caller.</summary>
    /// <param name="at">Where it stands: what <see cref="From"/> asks for.</param>
    /// <exception cref="OverflowException">More than 4 GiB in all.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Span<byte> Add(int length, out uint at)
    {
        if (_used + length > _blocks[^1].Length)
            Grow(length);
        at = checked((uint)(((long)(_blocks.Count - 1) << Shift) + _used));
        _used += length;
        Length += length;
        _unspent[^1]++;
        return _blocks[^1].AsSpan(_used - length, length);
    }

    /// <summary>The octets from here to the end of their block: who wrote them knows their length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> From(uint at) => _blocks[(int)(at >> Shift)].AsSpan((int)(at & (BlockLength - 1)));

    /// <summary>Says that nobody will ask for this octet string again. With the last of a block its memory goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Spend(uint at)
    {
        int block = (int)(at >> Shift);
        if (--_unspent[block] == 0)
            Return(block);
    }

    /// <summary>As if all were spent.</summary>
    public void SpendAll()
    {
        for (int block = 0; block < _blocks.Count; block++)
            Return(block);
    }

    /// <summary>Whoever asks for it all the same finds an empty block, and fails.</summary>
    private void Return(int block)
    {
        SpentMemory.Return(_blocks[block]);
        _blocks[block] = [];
    }

    /// <summary>The first block grows, so that little needs little; the others are made whole.</summary>
    private void Grow(int length)
    {
        byte[] last = _blocks[^1];
        if (last.Length < BlockLength && _used + length <= BlockLength)
        {
            Array.Resize(ref last, Math.Min(BlockLength, Math.Max(last.Length * 2, _used + length)));
            _blocks[^1] = last;
            return;
        }
        _blocks.Add(new byte[BlockLength]);
        _unspent.Add(0);
        _used = 0;
    }
}
