namespace GslbServer.Dns;

/// <summary>Grows a <see cref="NameTable"/>; dies after <c>Build</c>.</summary>
internal sealed class NameTableBuilder
{
    private ulong[] _slots = new ulong[16];
    private NameTable.Node[] _nodes = new NameTable.Node[16];
    private byte[] _labels = new byte[256];
    private int _nodeCount = 1; // the root
    private int _labelOctets = 1; // the root's empty label

    public int Count => _nodeCount;

    public int ParentOf(int node) => _nodes[node].Parent;

    /// <summary>The label in the case first written, its length octet included.</summary>
    public ReadOnlySpan<byte> LabelOf(int node) => LabelAt(_nodes[node].Entry);

    /// <summary>The node of a name, made with all nodes between it and the root where they are new.</summary>
    /// <param name="name">A name at or below the root name.</param>
    /// <param name="rootLabels">Labels of the root name.</param>
    public int Add(in NameLabels name, int rootLabels)
    {
        int node = 0;
        for (int i = name.Count - rootLabels - 1; i >= 0; i--) node = FindOrAdd(node, name[i]);
        return node;
    }

    /// <summary>Octets of all labels.</summary>
    public int LabelOctets => _labelOctets;

    /// <summary>A table of labels without content.</summary>
    public NameTable Build()
    {
        Array.Resize(ref _nodes, _nodeCount);
        Array.Resize(ref _labels, _labelOctets);
        return new NameTable(_slots, _nodes, _labels);
    }

    /// <summary>The table over nodes that have their place already.</summary>
    /// <param name="nodes">Each with a label of its own below its parent, which stands before it.</param>
    /// <param name="arena">Each node's label and what stands behind it.</param>
    public static NameTable Build(NameTable.Node[] nodes, byte[] arena)
    {
        int length = 16;
        while (nodes.Length > length / 4 * 3) length *= 2;
        ulong[] slots = new ulong[length];
        uint mask = (uint)slots.Length - 1;
        for (int node = 1; node < nodes.Length; node++)
        {
            ReadOnlySpan<byte> label = arena.AsSpan(nodes[node].Entry, arena[nodes[node].Entry] + 1);
            uint hash = NameOctets.Hash((uint)nodes[node].Parent, label);
            uint slot = hash & mask;
            while (slots[slot] != 0) slot = (slot + 1) & mask;
            slots[slot] = NameTable.Slot(hash, node);
        }
        return new NameTable(slots, nodes, arena);
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
            if (_nodes[node].Parent == parent && NameOctets.EqualsIgnoreCase(LabelAt(_nodes[node].Entry), label)) return node;
        }
        return -1;
    }

    private ReadOnlySpan<byte> LabelAt(int offset) => _labels.AsSpan(offset, _labels[offset] + 1);

    private void Append(int parent, ReadOnlySpan<byte> label)
    {
        if (_nodeCount == _nodes.Length) Array.Resize(ref _nodes, _nodes.Length * 2);
        if (_labelOctets + label.Length > _labels.Length) Array.Resize(ref _labels, _labels.Length * 2);
        _nodes[_nodeCount++] = new NameTable.Node(parent, _labelOctets);
        label.CopyTo(_labels.AsSpan(_labelOctets));
        _labelOctets += label.Length;
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
