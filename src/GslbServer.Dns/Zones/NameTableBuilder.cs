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

    public int ParentOf(int node) => NameTable.ParentAt(_arena, _entries[node]);

    /// <summary>The label in the case first written, its length octet included.</summary>
    public ReadOnlySpan<byte> LabelOf(int node) => NameTable.LabelAt(_arena, _entries[node]);

    /// <summary>The node of a name, made with all nodes between it and the root where they are new.</summary>
    /// <param name="name">A name at or below the root name.</param>
    /// <param name="rootLabels">Labels of the root name.</param>
    public int Add(in NameLabels name, int rootLabels)
    {
        int node = 0;
        for (int i = name.Count - rootLabels - 1; i >= 0; i--) node = FindOrAdd(node, name[i]);
        return node;
    }

    /// <summary>A table of labels without content.</summary>
    public NameTable Build()
    {
        Array.Resize(ref _entries, _nodeCount);
        Array.Resize(ref _arena, _used);
        return new NameTable(_slots, _entries, _arena);
    }

    /// <summary>The table over nodes that have their place already.</summary>
    /// <param name="entries">By node, where its entry stands in the arena; no two have the same parent and label.</param>
    /// <param name="arena">Each node's entry and what stands behind it.</param>
    public static NameTable Build(int[] entries, byte[] arena)
    {
        int length = 16;
        while (entries.Length > length / 4 * 3) length *= 2;
        ulong[] slots = new ulong[length];
        uint mask = (uint)slots.Length - 1;
        for (int node = 1; node < entries.Length; node++)
        {
            uint hash = NameOctets.Hash((uint)NameTable.ParentAt(arena, entries[node]), NameTable.LabelAt(arena, entries[node]));
            uint slot = hash & mask;
            while (slots[slot] != 0) slot = (slot + 1) & mask;
            slots[slot] = NameTable.Slot(hash, node);
        }
        return new NameTable(slots, entries, arena);
    }

    /// <summary>The child with this label (length octet included), or -1.</summary>
    public int FindChild(int parent, ReadOnlySpan<byte> label) => Find(parent, label, NameOctets.Hash((uint)parent, label), out _);

    private int FindOrAdd(int parent, ReadOnlySpan<byte> label)
    {
        uint hash = NameOctets.Hash((uint)parent, label);
        if (Find(parent, label, hash, out uint slot) is >= 0 and int known) return known;
        _slots[slot] = NameTable.Slot(hash, _nodeCount);
        Append(parent, label);
        // Three quarters full: about two probes to a hit, three to a miss.
        if (_nodeCount > _slots.Length / 4 * 3) Rehash();
        return _nodeCount - 1;
    }

    /// <param name="free">Where a node that is not found belongs.</param>
    private int Find(int parent, ReadOnlySpan<byte> label, uint hash, out uint free)
    {
        uint mask = (uint)_slots.Length - 1;
        for (free = hash & mask; _slots[free] != 0; free = (free + 1) & mask)
        {
            if (NameTable.HashIn(_slots[free]) != hash) continue;
            int node = NameTable.NodeIn(_slots[free]);
            if (ParentOf(node) == parent && NameOctets.EqualsIgnoreCase(LabelOf(node), label)) return node;
        }
        return -1;
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
