using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>Lays ranges down as the cells of a <see cref="PlaceTrie"/>, what is below a cell before the cell itself.</summary>
internal sealed class PlaceTrieBuilder
{
    /// <summary>From here on the directory has 64 Ki entries instead of 256: small tables, of which there may be thousands, stay small.</summary>
    private const int ManyRanges = 8192;

    private readonly PlaceRangeList _ranges;
    private readonly Dictionary<int, int> _codes = [];
    private readonly List<int> _children = [];
    private readonly int _codeWidth;
    private byte[] _cells = new byte[4096];
    private int _length;

    private PlaceTrieBuilder(PlaceRangeList ranges)
    {
        _ranges = ranges;
        foreach (int value in ranges.Classes) _codes.TryAdd(value, _codes.Count);
        int codes = _codes.Count + CountChildren(DirectoryBits);
        _codeWidth = codes <= 1 << 8 ? 1 : codes <= 1 << 16 ? 2 : 4;
    }

    private int DirectoryBits => _ranges.Count < ManyRanges ? 8 : 16;

    public static PlaceTrie Build(PlaceRangeList ranges) => new PlaceTrieBuilder(ranges).Build();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PlaceTrie Build()
    {
        int bits = DirectoryBits;
        int[] directory = new int[1 << bits];
        int range = 0;
        for (int slot = 0; slot < directory.Length; slot++)
        {
            UInt128 first = (UInt128)(uint)slot << (128 - bits);
            Advance(ref range, first);
            directory[slot] = IsUniform(range, first, bits)
                ? PlaceTrie.Uniform | (_codes[_ranges.Classes[range]] << PlaceTrie.LeafBits) | LeafLength(range, first)
                : Lay(ref range, first, bits);
        }

        byte[] cells = new byte[_length + PlaceTrie.Padding];
        _cells.AsSpan(0, _length).CopyTo(cells);
        return new PlaceTrie(directory, cells, _codeWidth, [.. _codes.Keys], [.. _children], _ranges.Count);
    }

    /// <summary>Lays down the cell of a block.</summary>
    /// <param name="range">The range of the block's first address; afterwards the one of its last.</param>
    /// <returns>The cell's offset.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Lay(ref int range, UInt128 first, int depth)
    {
        Span<byte> starts = stackalloc byte[256];
        Span<int> codes = stackalloc int[256];
        int count = 0;
        int octet = 0;
        while (octet < 256)
        {
            UInt128 block = first | ((UInt128)(uint)octet << (120 - depth));
            Advance(ref range, block);
            starts[count] = (byte)octet;
            if (IsUniform(range, block, depth + 8))
            {
                codes[count++] = _codes[_ranges.Classes[range]];
                // To the first octet that the range does not fill.
                UInt128 beyond = range + 1 < _ranges.Count ? (_ranges.Start(range + 1) - first) >> (120 - depth) : 256;
                octet = (int)UInt128.Min(beyond, 256);
            }
            else
            {
                int child = Lay(ref range, block, depth + 8);
                codes[count++] = _codes.Count + _children.Count;
                _children.Add(child);
                octet++;
            }
        }

        return Write(starts[..count], codes[..count]);
    }

    private int Write(ReadOnlySpan<byte> starts, ReadOnlySpan<int> codes)
    {
        int cell = _length;
        int length = starts.Length + (codes.Length * _codeWidth);
        if (cell + length > _cells.Length) Array.Resize(ref _cells, 2 * _cells.Length);
        Span<byte> octets = _cells.AsSpan(cell, length);
        octets[0] = (byte)(starts.Length - 1);
        starts[1..].CopyTo(octets[1..]);
        octets = octets[starts.Length..];
        for (int i = 0; i < codes.Length; i++)
        {
            if (_codeWidth == 1) octets[i] = (byte)codes[i];
            else if (_codeWidth == 2) MemoryMarshal.Write(octets[(2 * i)..], (ushort)codes[i]);
            else MemoryMarshal.Write(octets[(4 * i)..], codes[i]);
        }

        _length += length;
        return cell;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(ref int range, UInt128 address)
    {
        while (range + 1 < _ranges.Count && _ranges.Start(range + 1) <= address) range++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsUniform(int range, UInt128 block, int depth) => _ranges.Last(range) >= (block | HostBits(depth));

    private static UInt128 HostBits(int depth) => depth == 128 ? 0 : UInt128.MaxValue >> depth;

    /// <summary>Of a block that lies in one range: the length of the largest one around it that does.</summary>
    private int LeafLength(int range, UInt128 block)
    {
        UInt128 start = _ranges.Start(range);
        int fromStart = start == 0 ? 0 : 1 + (int)UInt128.LeadingZeroCount(block ^ (start - 1));
        int fromEnd = range + 1 == _ranges.Count ? 0 : 1 + (int)UInt128.LeadingZeroCount(block ^ _ranges.Start(range + 1));
        return Math.Max(fromStart, fromEnd);
    }

    /// <summary>How many cells lie below other cells: blocks of 24, 32, 40... bits with a boundary inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountChildren(int directoryBits)
    {
        int children = 0;
        UInt128 before = 0;
        for (int i = 1; i < _ranges.Count; i++)
        {
            UInt128 start = _ranges.Start(i);
            for (int depth = directoryBits + 8; depth < 128 && (start & HostBits(depth)) != 0; depth += 8)
            {
                bool sameBlock = ((start ^ before) >> (128 - depth)) == 0;
                if (!sameBlock || (before & HostBits(depth)) == 0) children++;
            }

            before = start;
        }

        return children;
    }
}
