using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>The records of one owner, RRset by RRset: by type, then as they stand in the file. One object is filled again and again.</summary>
internal sealed class OwnerRecords(ZoneRecords records)
{
    private readonly List<ulong> _keys = []; // type and index
    private int[] _indices = new int[16];
    private int _start;
    private int _end;

    public ZoneRecords Records => records;

    public bool IsEmpty => _keys.Count == 0;

    /// <summary>Indices of the RRset that <see cref="TryNextSet"/> came to.</summary>
    public ReadOnlySpan<int> Set
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _indices.AsSpan(_start, _end - _start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(int owner)
    {
        _keys.Clear();
        for (int i = records.FirstOf(owner); i >= 0; i = records.NextAfter(i))
            _keys.Add((ulong)records.TypeAt(i) << 32 | (uint)i);
        if (_keys.Count > 1)
            _keys.Sort();
        if (_keys.Count > _indices.Length)
            _indices = new int[_keys.Count * 2];
        for (int i = 0; i < _keys.Count; i++)
            _indices[i] = (int)(uint)_keys[i];
        _start = _end = 0;
    }

    /// <summary>The first record of a type; -1 without.</summary>
    public int FirstOf(RecordType type)
    {
        foreach (ulong key in _keys)
        {
            if ((RecordType)(key >> 32) == type)
                return (int)(uint)key;
        }
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryNextSet(out RecordType type)
    {
        type = default;
        if (_end == _keys.Count)
            return false;
        _start = _end;
        type = TypeAt(_start);
        do
            _end++;
        while (_end < _keys.Count && TypeAt(_end) == type);
        return true;
    }

    private RecordType TypeAt(int at) => (RecordType)(_keys[at] >> 32);
}
