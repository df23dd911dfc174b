using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>Maximal ranges of one class, of one family, collected in address order; what a <see cref="PlaceTrie"/> is made of.</summary>
internal sealed class PlaceRangeList
{
    private ulong[] _upper = new ulong[256];
    private int[] _classes = new int[256];

    /// <summary>The lower halves, kept only when a zone names networks longer than /64: geodata has boundaries in the upper 64 bits alone.</summary>
    private ulong[]? _lower;

    public int Count { get; private set; }

    public ReadOnlySpan<int> Classes => _classes.AsSpan(0, Count);

    /// <summary>First address of a range, left-aligned. The first range starts at 0.</summary>
    public UInt128 Start(int range) => new(_upper[range], _lower is null ? 0 : _lower[range]);

    /// <summary>Last address of a range, with all bits behind the family's set.</summary>
    public UInt128 Last(int range) => range + 1 < Count ? Start(range + 1) - 1 : UInt128.MaxValue;

    public void Append(UInt128 start, int value)
    {
        if ((ulong)start != 0) _lower ??= new ulong[_upper.Length];
        Append((ulong)(start >> 64), (ulong)start, value);
    }

    /// <summary>From <paramref name="upper"/> on, with zeros behind, everything is of this class, until the next call. Equal neighbours become one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ulong upper, ulong lower, int value)
    {
        if (Count > 0 && _classes[Count - 1] == value) return;
        if (Count == _upper.Length) Grow();
        _upper[Count] = upper;
        if (_lower is not null) _lower[Count] = lower;
        _classes[Count++] = value;
    }

    private void Grow()
    {
        Array.Resize(ref _upper, 2 * Count);
        Array.Resize(ref _classes, 2 * Count);
        if (_lower is not null) Array.Resize(ref _lower, 2 * Count);
    }
}
