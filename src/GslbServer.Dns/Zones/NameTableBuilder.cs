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

    /// <summary>The same names with content behind each label.</summary>
    /// <param name="entries">By node, where its label stands in the arena.</param>
    public NameTable Build(int[] entries, byte[] arena)
    {
        var nodes = new NameTable.Node[_nodeCount];
        for (int node = 0; node < nodes.Length; node++) nodes[node] = new NameTable.Node(_nodes[node].Parent, entries[node]);
        return new NameTable(_slots, nodes, arena);
    }

    private int FindOrAdd(int parent, ReadOnlySpan<byte> label)
    {
        uint mask = (uint)_slots.Length - 1;
        uint hash = NameOctets.Hash((uint)parent, label);
        uint slot = hash & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (NameTable.HashIn(_slots[slot]) != hash) continue;
            int node = NameTable.NodeIn(_slots[slot]);
            if (_nodes[node].Parent == parent && NameOctets.EqualsIgnoreCase(LabelAt(_nodes[node].Entry), label)) return node;
        }
        _slots[slot] = NameTable.Slot(hash, _nodeCount);
        Append(parent, label);
        // Three quarters full: about two probes to a hit, three to a miss.
        if (_nodeCount > _slots.Length / 4 * 3) Rehash();
        return _nodeCount - 1;
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
