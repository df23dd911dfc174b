using System.Numerics;

namespace GslbServer.Steering;

/// <summary>Collects ranges in address order; equal neighbours become one.</summary>
internal sealed class RangeMapBuilder<TKey>
    where TKey : unmanaged, IBinaryInteger<TKey>
{
    private TKey[] _starts = new TKey[1024];
    private int[] _values = new int[1024];
    private int _count;

    /// <summary>Everything from <paramref name="start"/> on has this value, until the next call.</summary>
    public void Append(TKey start, int value)
    {
        if (_count > 0 && _values[_count - 1] == value) return;
        if (_count == _starts.Length)
        {
            Array.Resize(ref _starts, 2 * _count);
            Array.Resize(ref _values, 2 * _count);
        }

        _starts[_count] = start;
        _values[_count++] = value;
    }

    public RangeMap<TKey> Build() => new(_starts[.._count], _values[.._count]);
}
