namespace GslbServer.Steering;

/// <summary>Cells by prefix and region, at most so many: pages of cells and an open-addressed index over them. When it is full, of eight cells the one that knows least
/// gives way, so that a flood of new prefixes drives out itself.</summary>
internal sealed class CellTable(int capacity)
{
    private const int PageLength = 1024;

    private const int EvictionSample = 8;

    private readonly LatencyCell[]?[] _pages = new LatencyCell[]?[(capacity + PageLength - 1) / PageLength];

    /// <summary>Cell + 1, 0 for none; at most 80 % full.</summary>
    private int[] _index = new int[1024];
    private int _hand;

    public int Count { get; private set; }

    public long Evicted { get; private set; }

    public ref LatencyCell this[int cell] => ref _pages[cell / PageLength]![cell % PageLength];

    /// <returns>The cell, or -1.</returns>
    public int Find(LatencyKey key, byte region)
    {
        int slot = SlotOf(key, region);
        return _index[slot] - 1;
    }

    /// <summary>The cell, made when there is none.</summary>
    public ref LatencyCell FindOrAdd(LatencyKey key, byte region)
    {
        int slot = SlotOf(key, region);
        if (_index[slot] > 0)
            return ref this[_index[slot] - 1];
        int cell;
        if (Count == capacity)
        {
            cell = Victim();
            Evicted++;
            Unlink(cell);
        }
        else
        {
            cell = Count++;
            _pages[cell / PageLength] ??= new LatencyCell[PageLength];
            if (Count * 5L > _index.Length * 4L)
                Grow();
        }

        this[cell] = new LatencyCell { Key = key, Region = region };
        _index[SlotOf(key, region)] = cell + 1;
        return ref this[cell];
    }

    /// <summary>Takes a cell out; the last one moves to its place.</summary>
    public void Remove(int cell)
    {
        Unlink(cell);
        int last = --Count;
        if (cell == last)
            return;
        _index[SlotOf(this[last].Key, this[last].Region)] = cell + 1;
        this[cell] = this[last];
    }

    private int SlotOf(LatencyKey key, byte region)
    {
        int mask = _index.Length - 1;
        int slot = Home(key, region);
        while (_index[slot] > 0)
        {
            ref LatencyCell found = ref this[_index[slot] - 1];
            if (found.Key == key && found.Region == region)
                break;
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private int Home(LatencyKey key, byte region) => (int)StableHash.Combine(key.Bits, region) & (_index.Length - 1);

    private int Victim()
    {
        int victim = _hand;
        int least = int.MaxValue;
        for (int i = 0; i < EvictionSample; i++)
        {
            _hand = (_hand + 1) % Count;
            int total = this[_hand].Total;
            if (total < least)
                (victim, least) = (_hand, total);
        }

        return victim;
    }

    /// <summary>Empties the slot of a cell and moves those behind it that would no longer be found (Knuth, The Art of Computer Programming 3, 6.4 R).</summary>
    private void Unlink(int cell)
    {
        int mask = _index.Length - 1;
        int hole = SlotOf(this[cell].Key, this[cell].Region);
        for (int slot = (hole + 1) & mask; _index[slot] > 0; slot = (slot + 1) & mask)
        {
            ref LatencyCell other = ref this[_index[slot] - 1];
            if (((slot - Home(other.Key, other.Region)) & mask) < ((slot - hole) & mask))
                continue;
            _index[hole] = _index[slot];
            hole = slot;
        }

        _index[hole] = 0;
    }

    private void Grow()
    {
        _index = new int[_index.Length * 2];
        // The newest is not filled in yet.
        for (int cell = 0; cell < Count - 1; cell++)
            _index[SlotOf(this[cell].Key, this[cell].Region)] = cell + 1;
    }
}
