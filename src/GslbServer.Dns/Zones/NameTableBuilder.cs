namespace GslbServer.Dns;

/// <summary>Grows a <see cref="NameTable"/>; dies after <c>Build</c>.</summary>
internal sealed class NameTableBuilder
{
    private ulong[] _slots = new ulong[16];
    private int[] _entries = new int[16];
    private byte[] _arena = new byte[256];
    private int _nodeCount = 1; // the root
    private int _used = NameTable.ParentLength + 1; // the root's empty label

    public int Count => _nodeCount;

    /// <summary>The node of a name, made with all nodes between it and the root where they are new.</summary>
    /// <param name="name">A name at or below the root name.</param>
    /// <param name="rootLabels">Labels of the root name.</param>
    public int Add(in NameLabels name, int rootLabels)
    {
        int node = 0;
        for (int i = name.Count - rootLabels - 1; i >= 0; i--) node = FindOrAdd(node, name[i]);
        return node;
    }

    /// <summary>Octets of all entries without content.</summary>
    public int EntryOctets => _used;

    /// <summary>A table of labels without content.</summary>
    public NameTable Build()
    {
        Array.Resize(ref _entries, _nodeCount);
        Array.Resize(ref _arena, _used);
        return new NameTable(_slots, _entries, _arena);
    }

    /// <summary>The same names with content behind each label.</summary>
    /// <param name="entries">By node, where its entry stands in the arena.</param>
    public NameTable Build(int[] entries, byte[] arena) => new(_slots, entries, arena);

    private int FindOrAdd(int parent, ReadOnlySpan<byte> label)
    {
        uint mask = (uint)_slots.Length - 1;
        uint hash = NameOctets.Hash((uint)parent, label);
        uint slot = hash & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (NameTable.HashIn(_slots[slot]) != hash) continue;
            int node = NameTable.NodeIn(_slots[slot]);
            int entry = _entries[node];
            if (NameTable.ParentAt(_arena, entry) == parent && NameOctets.EqualsIgnoreCase(NameTable.LabelAt(_arena, entry), label)) return node;
        }
        _slots[slot] = NameTable.Slot(hash, _nodeCount);
        Append(parent, label);
        // Three quarters full: about two probes to a hit, three to a miss.
        if (_nodeCount > _slots.Length / 4 * 3) Rehash();
        return _nodeCount - 1;
    }

    private void Append(int parent, ReadOnlySpan<byte> label)
    {
        if (_nodeCount == _entries.Length) Array.Resize(ref _entries, _entries.Length * 2);
        if (_used + NameTable.ParentLength + label.Length > _arena.Length) Array.Resize(ref _arena, _arena.Length * 2);
        _entries[_nodeCount++] = _used;
        _used += NameTable.WriteEntry(_arena.AsSpan(_used), parent, label);
    }

    private void Rehash()
    {
        ulong[] slots = new ulong[_slots.Length * 2];
        uint mask = (uint)slots.Length - 1;
        foreach (ulong old in _slots)
        {
            if (old == 0) continue;
            uint slot = NameTable.HashIn(old) & mask;
            while (slots[slot] != 0) slot = (slot + 1) & mask;
            slots[slot] = old;
        }
        _slots = slots;
    }
}
