using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Grows a <see cref="NameTable"/>, by blocks. What has been built no longer changes; the builder can still be asked.</summary>
internal sealed class NameTableBuilder
{
    private readonly BlockList<uint> _entries = new();
    private readonly OctetBlocks _arena = new(); // of each node its parent and its label
    private ulong[] _slots = new ulong[16]; // empty when they have to be made again

    public NameTableBuilder() => Append(0, [0]);

    public int Count => _entries.Count;

    public int ParentOf(int node) => NameTable.ParentIn(_arena.From(_entries[node]));

    /// <summary>The label in the case first written, its length octet included.</summary>
    public ReadOnlySpan<byte> LabelOf(int node) => NameTable.LabelIn(_arena.From(_entries[node]));

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
        int[] entries = new int[Count];
        byte[] arena = new byte[_arena.Length];
        int used = 0;
        for (int node = 0; node < entries.Length; node++)
        {
            entries[node] = used;
            used += NameTable.WriteEntry(arena.AsSpan(used), ParentOf(node), LabelOf(node));
        }
        return Build(entries, arena);
    }

    /// <summary>A table over these names or those below one of them.</summary>
    /// <param name="entries">By node, where its entry stands in the arena; a parent stands before its children.</param>
    /// <param name="arena">Of each node its parent, its label, and what stands behind it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public NameTable Build(int[] entries, byte[] arena)
    {
        // With a million names the slots are large, and mostly just those that the table needs.
        ulong[] slots = _slots.Length == SlotsFor(entries.Length) ? _slots : new ulong[SlotsFor(entries.Length)];
        _slots = [];
        Array.Clear(slots);
        for (int node = 1; node < entries.Length; node++)
        {
            int entry = entries[node];
            Insert(slots, NameOctets.Hash((uint)NameTable.ParentAt(arena, entry), NameTable.LabelAt(arena, entry)), node);
        }
        return new NameTable(slots, entries, arena);
    }

    /// <summary>Gives the memory of the names back: the builder will not be asked again, but for <see cref="Count"/>.</summary>
    public void SpendAll()
    {
        _entries.SpendAll();
        _arena.SpendAll();
        _slots = [];
    }

    /// <summary>The child with this label (length octet included), or -1.</summary>
    public int FindChild(int parent, ReadOnlySpan<byte> label) => Find(parent, label, NameOctets.Hash((uint)parent, label), out _);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(int parent, ReadOnlySpan<byte> label, uint hash, out uint free)
    {
        if (_slots.Length == 0) Rehash();
        uint mask = (uint)_slots.Length - 1;
        for (free = hash & mask; _slots[free] != 0; free = (free + 1) & mask)
        {
            if (NameTable.HashIn(_slots[free]) != hash) continue;
            int node = NameTable.NodeIn(_slots[free]);
            ReadOnlySpan<byte> entry = _arena.From(_entries[node]);
            if (NameTable.ParentIn(entry) == parent && NameOctets.EqualsIgnoreCase(NameTable.LabelIn(entry), label)) return node;
        }
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Append(int parent, ReadOnlySpan<byte> label)
    {
        NameTable.WriteEntry(_arena.Add(NameTable.ParentLength + label.Length, out uint at), parent, label);
        _entries.Add(at);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
