using System.Numerics;

namespace GslbServer.Steering;

/// <summary>The IPv6 half of a place table: as <see cref="PlaceRanges4"/>, with boundaries of 128 bits, because a zone may name a single host. The index covers 2000::/3,
/// all global unicast addresses that there are; what lies outside is searched whole.</summary>
internal sealed class PlaceRanges6
{
    private const ulong GlobalUnicast = 0x2000_0000_0000_0000;

    private readonly UInt128[] _starts;
    private readonly int[] _classes;
    private readonly int[] _index;
    private readonly int _shift;

    public PlaceRanges6(UInt128[] starts, int[] classes)
    {
        _starts = starts;
        _classes = classes;

        // The registries have given out a few /12s, so one slot in thirty is in use at all: more slots than ranges, at most to /23.
        int bits = Math.Min(20, BitOperations.Log2((uint)starts.Length) + (starts.Length > 64 ? 2 : 0));
        _shift = 61 - bits;
        _index = new int[(1 << bits) + 1];
        int range = 0;
        for (int slot = 0; slot <= 1 << bits; slot++)
        {
            UInt128 first = (UInt128)(GlobalUnicast + ((ulong)slot << _shift)) << 64;
            while (range + 1 < starts.Length && starts[range + 1] <= first) range++;
            _index[slot] = range;
        }
    }

    public int Count => _starts.Length;

    public int Find(UInt128 address, out int leafLength)
    {
        UInt128[] starts = _starts;
        ulong offset = (ulong)(address >> 64) - GlobalUnicast;
        int low = 0;
        int length = starts.Length - 1;
        if (offset < GlobalUnicast)
        {
            int slot = (int)(offset >> _shift);
            low = _index[slot];
            length = _index[slot + 1] - low;
        }

        while (length > 0)
        {
            int half = (length + 1) >> 1;
            low = starts[low + half] <= address ? low + half : low;
            length -= half;
        }

        int fromStart = starts[low] == 0 ? 0 : 1 + LeadingZeroCount(address ^ (starts[low] - 1));
        int fromEnd = low + 1 == starts.Length ? 0 : 1 + LeadingZeroCount(address ^ starts[low + 1]);
        leafLength = Math.Max(fromStart, fromEnd);
        return _classes[low];
    }

    private static int LeadingZeroCount(UInt128 value)
    {
        ulong upper = (ulong)(value >> 64);
        return upper != 0 ? BitOperations.LeadingZeroCount(upper) : 64 + BitOperations.LeadingZeroCount((ulong)value);
    }
}
