namespace GslbServer.Dns;

/// <summary>Grows a <see cref="NameTable"/>, by blocks. What has been built no longer changes; the builder can still be asked.</summary>
internal sealed class NameTableBuilder
{
    private readonly BlockList<NameTable.Node> _nodes = new();
    private readonly OctetBlocks _labels = new();
    private ulong[] _slots = new ulong[16]; // empty when they have to be made again

    public NameTableBuilder() => Append(0, [0]);

    public int Count => _nodes.Count;

    public int ParentOf(int node) => _nodes[node].Parent;

    /// <summary>The label in the case first written, its length octet included.</summary>
    public ReadOnlySpan<byte> LabelOf(int node)
    {
        ReadOnlySpan<byte> octets = _labels.From((uint)_nodes[node].Entry);
        return octets[..(octets[0] + 1)];
    }

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
        var nodes = new NameTable.Node[Count];
        var labels = new List<byte>();
        for (int node = 0; node < nodes.Length; node++)
        {
            nodes[node] = new NameTable.Node(ParentOf(node), labels.Count);
            labels.AddRange(LabelOf(node));
        }
        return Build(nodes, [.. labels]);
    }

    /// <summary>A table over these names or those below one of them.</summary>
    /// <param name="nodes">Each with a label of its own below its parent, which stands before it.</param>
    /// <param name="arena">Each node's label and what stands behind it.</param>
    public NameTable Build(NameTable.Node[] nodes, byte[] arena)
    {
        // With a million names the slots are large, and mostly just those that the table needs.
        ulong[] slots = _slots.Length == SlotsFor(nodes.Length) ? _slots : new ulong[SlotsFor(nodes.Length)];
        _slots = [];
        Array.Clear(slots);
        for (int node = 1; node < nodes.Length; node++)
        {
            ReadOnlySpan<byte> label = arena.AsSpan(nodes[node].Entry, arena[nodes[node].Entry] + 1);
            Insert(slots, NameOctets.Hash((uint)nodes[node].Parent, label), node);
        }
        return new NameTable(slots, nodes, arena);
    }

    /// <summary>The child with this label (length octet included), or -1.</summary>
    public int FindChild(int parent, ReadOnlySpan<byte> label) => Find(parent, label, NameOctets.Hash((uint)parent, label), out _);

    private int FindOrAdd(int parent, ReadOnlySpan<byte> label)
    {
        uint hash = NameOctets.Hash((uint)parent, label);
        if (Find(parent, label, hash, out uint slot) is >= 0 and int known) return known;
        _slots[slot] = NameTable.Slot(hash, Count);
        Append(parent, label);
        if (Count > _slots.Length / 4 * 3) Rehash();
        return Count - 1;
    }

    /// <param name="free">Where a node that is not found belongs.</param>
    private int Find(int parent, ReadOnlySpan<byte> label, uint hash, out uint free)
    {
        if (_slots.Length == 0) Rehash();
        uint mask = (uint)_slots.Length - 1;
        for (free = hash & mask; _slots[free] != 0; free = (free + 1) & mask)
        {
            if (NameTable.HashIn(_slots[free]) != hash) continue;
            int node = NameTable.NodeIn(_slots[free]);
            if (_nodes[node].Parent == parent && NameOctets.EqualsIgnoreCase(LabelOf(node), label)) return node;
        }
        return -1;
    }

    private void Append(int parent, ReadOnlySpan<byte> label)
    {
        label.CopyTo(_labels.Add(label.Length, out uint at));
        _nodes.Add(new NameTable.Node(parent, checked((int)at)));
    }

    private void Rehash()
    {
        ulong[] slots = new ulong[SlotsFor(Count)];
        foreach (ulong old in _slots)
        {
            if (old != 0) Insert(slots, NameTable.HashIn(old), NameTable.NodeIn(old));
        }
        for (int node = 1; _slots.Length == 0 && node < Count; node++)
            Insert(slots, NameOctets.Hash((uint)ParentOf(node), LabelOf(node)), node);
        _slots = slots;
    }

    private static void Insert(ulong[] slots, uint hash, int node)
    {
        uint mask = (uint)slots.Length - 1;
        uint slot = hash & mask;
        while (slots[slot] != 0) slot = (slot + 1) & mask;
        slots[slot] = NameTable.Slot(hash, node);
    }

    /// <summary>At most three quarters full: about two probes to a hit, three to a miss.</summary>
    private static int SlotsFor(int nodes)
    {
        int length = 16;
        while (nodes > length / 4 * 3) length *= 2;
        return length;
    }
}
