using System.Numerics;

namespace GslbServer.Steering;

/// <summary>The IPv6 half of a place table. Addresses crowd in a few /12s and are sparse elsewhere, so an index over upper bits, as in
/// <see cref="PlaceRanges4"/>, would not
/// help: instead every 256th start stands in a small array that stays in the cache, and one search there leaves a second one over 2 KiB.</summary>
/// <remarks>Geodata has boundaries in the upper 64 bits alone; the lower ones are kept only when a zone names networks longer than /64.</remarks>
internal sealed class PlaceRanges6
{
    private const int Stride = 256;

    private readonly ulong[] _upper;
    private readonly ulong[]? _lower;
    private readonly ulong[] _samples;
    private readonly int[] _classes;

    /// <param name="starts">The first is 0.</param>
    public PlaceRanges6(UInt128[] starts, int[] classes)
    {
        _upper = Array.ConvertAll(starts, start => (ulong)(start >> 64));
        if (Array.Exists(starts, start => (ulong)start != 0)) _lower = Array.ConvertAll(starts, start => (ulong)start);
        _samples = new ulong[(starts.Length + Stride - 1) / Stride];
        for (int i = 0; i < _samples.Length; i++) _samples[i] = _upper[i * Stride];
        _classes = classes;
    }

    public int Count => _upper.Length;

    public int Find(UInt128 address, out int leafLength)
    {
        ulong key = (ulong)(address >> 64);
        int block = SortedSearch.LastAtMost(_samples, 0, _samples.Length - 1, key) * Stride;
        int range = SortedSearch.LastAtMost(_upper, block, Math.Min(block + Stride, _upper.Length) - 1, key);
        if (_lower is not null && _upper[range] == key) range = FindWithin64(_lower, range, (ulong)address);

        UInt128 start = Start(range);
        int fromStart = start == 0 ? 0 : 1 + LeadingZeroCount(address ^ (start - 1));
        int fromEnd = range + 1 == _upper.Length ? 0 : 1 + LeadingZeroCount(address ^ Start(range + 1));
        leafLength = Math.Max(fromStart, fromEnd);
        return _classes[range];
    }

    private UInt128 Start(int range) => new(_upper[range], _lower is null ? 0 : _lower[range]);

    /// <summary>Some ranges start within the /64 of the address, the last of them is given: steps back to the one that holds the address.</summary>
    private int FindWithin64(ulong[] lower, int last, ulong address)
    {
        ulong key = _upper[last];
        int first = SortedSearch.LastAtMost(_upper, 0, last, key - (key == 0 ? 0UL : 1UL));
        if (_upper[first] == key) first = 0;
        // first starts before the /64, or is the very first range, which starts at 0.
        return SortedSearch.LastAtMost(lower, first, last, address);
    }

    private static int LeadingZeroCount(UInt128 value)
    {
        ulong upper = (ulong)(value >> 64);
        return upper != 0 ? BitOperations.LeadingZeroCount(upper) : 64 + BitOperations.LeadingZeroCount((ulong)value);
    }
}
