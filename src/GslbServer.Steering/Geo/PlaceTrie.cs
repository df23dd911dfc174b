using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GslbServer.Steering;

/// <summary>One family of a place table: a directory over the first 8 or 16 bits, and below it cells, each for the next 8 bits. A cell is a few octets in a row, so
/// that a lookup costs two reads of memory: the directory's entry and the cell.</summary>
/// <remarks>A cell of n ranges: n - 1; the octets at which the second to the last range start; n codes of <see cref="_codeWidth"/> octets. A code below the number of
/// classes is one, any other leads to a cell one level down. A block without boundaries has no cell, so leaves never reach beyond the cell they are found in.</remarks>
internal sealed class PlaceTrie
{
    /// <summary>Set in entries of the directory that are no cell: below it the code of a class, and in the lowest five bits the length of the leaf.</summary>
    public const int Uniform = int.MinValue;

    public const int LeafBits = 5;

    /// <summary>What may be read, and is not looked at, behind the last cell.</summary>
    public const int Padding = 32;

    /// <summary>A cell of the 256 networks of a /16 is this long where they are of a few dozen ranges.</summary>
    private const int PrefetchedLines = 3;

    private readonly int[] _directory;
    private readonly int _directoryBits;
    private readonly byte[] _cells;
    private readonly int _codeWidth;
    private readonly int[] _classes;
    private readonly int[] _children;

    /// <param name="directory">For each value of the first bits an offset of a cell, or <see cref="Uniform"/> with code and leaf.</param>
    /// <param name="cells">With <see cref="Padding"/> octets behind.</param>
    /// <param name="children">Offsets of the cells that codes lead to.</param>
    public PlaceTrie(int[] directory, byte[] cells, int codeWidth, int[] classes, int[] children, int rangeCount)
    {
        _directory = directory;
        _directoryBits = BitOperations.Log2((uint)directory.Length);
        _cells = cells;
        _codeWidth = codeWidth;
        _classes = classes;
        _children = children;
        RangeCount = rangeCount;
    }

    public int RangeCount { get; }

    public long SizeInBytes => _cells.Length + (sizeof(int) * ((long)_directory.Length + _classes.Length + _children.Length));

    /// <summary>Asks the processor for the cell that <see cref="Find"/> will read first. A hint: nothing happens where the processor has no such instruction.</summary>
    /// <param name="upper">The first 64 bits of the address, left-aligned.</param>
    public unsafe void Prefetch(ulong upper)
    {
        int entry = _directory[(int)(upper >> (64 - _directoryBits))];
        if (entry < 0 || !Sse.IsSupported) return;
        byte* cell = (byte*)Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_cells), entry));
        for (int line = 0; line < PrefetchedLines; line++) Sse.Prefetch0(cell + (64 * line));
    }

    /// <param name="upper">The first 64 bits of the address, left-aligned.</param>
    /// <param name="lower">The other 64.</param>
    /// <param name="leafLength">Length of the largest aligned block around the address that has one class.</param>
    public int Find(ulong upper, ulong lower, out int leafLength)
    {
        ulong bits = upper;
        int entry = _directory[(int)(bits >> (64 - _directoryBits))];
        if (entry < 0)
        {
            leafLength = entry & ((1 << LeafBits) - 1);
            return _classes[(entry & ~Uniform) >> LeafBits];
        }

        int depth = _directoryBits;
        bits <<= depth;
        while (true)
        {
            int octet = (int)(bits >> 56);
            int code = FindInCell(entry, octet, out int bitsWithin);
            if (code < _classes.Length)
            {
                leafLength = depth + bitsWithin;
                return _classes[code];
            }

            entry = _children[code - _classes.Length];
            depth += 8;
            bits = depth == 64 ? lower : bits << 8;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindInCell(int cell, int octet, out int bitsWithin)
    {
        byte[] cells = _cells;
        int starts = cells[cell];
        ref byte first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(cells), cell + 1);
        int range = CountAtMost(ref first, starts, octet);

        // With a bit above the eight, neither end of the cell needs a case of its own: it differs in that bit or higher.
        int address = 256 | octet;
        int before = range == 0 ? 255 : 255 + Unsafe.Add(ref first, range - 1);
        int behind = range == starts ? 512 : 256 | Unsafe.Add(ref first, range);
        bitsWithin = Math.Max(BitOperations.LeadingZeroCount((uint)(address ^ before)), BitOperations.LeadingZeroCount((uint)(address ^ behind))) - 23;

        ref byte code = ref Unsafe.Add(ref first, starts + (range * _codeWidth));
        return _codeWidth == 1 ? code : _codeWidth == 2 ? Unsafe.ReadUnaligned<ushort>(ref code) : Unsafe.ReadUnaligned<int>(ref code);
    }

    /// <summary>How many of the starts are at most the octet: all are compared at once, for a search would guess wrong half the time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountAtMost(ref byte starts, int count, int octet)
    {
        Vector256<byte> key = Vector256.Create((byte)octet);
        int found = 0;
        for (int i = 0; i < count; i += Vector256<byte>.Count)
        {
            uint mask = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref starts, (nuint)i), key).ExtractMostSignificantBits();
            int left = count - i;
            if (left < Vector256<byte>.Count) mask &= (1u << left) - 1;
            found += BitOperations.PopCount(mask);
        }

        return found;
    }
}
