using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>A list that grows by blocks instead of by doubling: while a million items are added nothing is copied, and at most one block is not full.</summary>
internal sealed class BlockList<T> where T : unmanaged
{
    private const int Shift = 14;
    private const int BlockLength = 1 << Shift;

    private readonly List<T[]> _blocks = [];

    public int Count { get; private set; }

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _blocks[index >> Shift][index & (BlockLength - 1)];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in T item)
    {
        int block = Count >> Shift, at = Count & (BlockLength - 1);
        if (block == _blocks.Count)
            _blocks.Add(new T[block == 0 ? 16 : BlockLength]);
        else if (at == _blocks[block].Length)
            _blocks[block] = Longer(_blocks[block]);
        _blocks[block][at] = item;
        Count++;
    }

    /// <summary>Forgets all items from this one on.</summary>
    public void Truncate(int count)
    {
        Count = count;
        int blocks = (count + BlockLength - 1) >> Shift;
        _blocks.RemoveRange(blocks, _blocks.Count - blocks);
    }

    /// <summary>Says that nobody will ask for an item again; their number stays known.</summary>
    public void SpendAll()
    {
        foreach (T[] block in _blocks)
            SpentMemory.Return(block);
        _blocks.Clear();
    }

    /// <summary>Only the first block grows, so that a small list stays small.</summary>
    private static T[] Longer(T[] block)
    {
        Array.Resize(ref block, block.Length * 2);
        return block;
    }
}
