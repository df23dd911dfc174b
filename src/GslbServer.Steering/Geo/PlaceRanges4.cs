using System.Numerics;

namespace GslbServer.Steering;

/// <summary>The IPv4 half of a place table. A range is one word, start above class, so that a search step and its result share a cache line; an index
/// over the upper
/// bits leaves a short search.</summary>
internal sealed class PlaceRanges4
{
    private const ulong AddressSpace = 1UL << 32;

    private readonly ulong[] _ranges;

    /// <summary>For each value of the upper bits, the range that holds its first address; then one more, the last range.</summary>
    private readonly int[] _index;
    private readonly int _shift;

    /// <param name="starts">Left-aligned; the first is 0.</param>
    public PlaceRanges4(UInt128[] starts, int[] classes)
    {
        _ranges = new ulong[starts.Length];
        for (int i = 0; i < starts.Length; i++) _ranges[i] = ((ulong)(starts[i] >> 96) << 32) | (uint)classes[i];

        // As many slots as ranges, at most 64 Ki: small tables, of which there may be thousands, stay small.
        int bits = Math.Min(16, BitOperations.Log2((uint)starts.Length));
        _shift = 32 - bits;
        _index = new int[(1 << bits) + 1];
        int range = 0;
        for (int slot = 0; slot < 1 << bits; slot++)
        {
            ulong first = (ulong)slot << _shift;
            while (range + 1 < _ranges.Length && _ranges[range + 1] >> 32 <= first) range++;
            _index[slot] = range;
        }

        _index[^1] = _ranges.Length - 1;
    }

    public int Count => _ranges.Length;

    public int Find(uint address, out int leafLength)
    {
        ulong[] ranges = _ranges;
        int slot = (int)((ulong)address >> _shift);
        // Everything that starts at the address or before is at most this.
        ulong key = ((ulong)address << 32) | uint.MaxValue;
        int low = SortedSearch.LastAtMost(ranges, _index[slot], _index[slot + 1], key);

        ulong found = ranges[low];
        // With a bit above the 32, neither the start nor the end of the address space needs a case of its own: they differ in that bit or higher.
        ulong address33 = AddressSpace | address;
        ulong before = AddressSpace + (found >> 32) - 1;
        ulong behind = low + 1 < ranges.Length ? AddressSpace | (ranges[low + 1] >> 32) : 2 * AddressSpace;
        leafLength = Math.Max(BitOperations.LeadingZeroCount(address33 ^ before), BitOperations.LeadingZeroCount(address33 ^ behind)) - 31;
        return (int)(uint)found;
    }
}
