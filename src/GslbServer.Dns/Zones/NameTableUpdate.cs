using System.Runtime.InteropServices;

namespace GslbServer.Dns;

/// <summary>Makes the next <see cref="NameTable"/> of one that stays as it is: entries go behind those that are there, where nobody who reads the old one looks.</summary>
internal sealed class NameTableUpdate(NameTable before)
{
    private readonly List<int> _entries = [.. before.Entries];
    private readonly List<byte> _added = [];
    private ulong[]? _slots; // null as long as no name came or went

    public int EntryOf(int node) => _entries[node];

    public int FindChild(int parent, ReadOnlySpan<byte> label)
    {
        uint hash = NameOctets.Hash((uint)parent, label);
        ulong[] slots = _slots ?? before.Slots;
        uint mask = (uint)slots.Length - 1;
        for (uint slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            int node = NameTable.NodeIn(slots[slot]);
            if (NameTable.HashIn(slots[slot]) == hash && ParentOf(node) == parent && NameOctets.EqualsIgnoreCase(LabelOf(node), label)) return node;
        }
        return -1;
    }

    /// <summary>Whether any name is directly below this one.</summary>
    public bool HasChild(int parent)
    {
        for (int node = parent + 1; node < _entries.Count; node++)
        {
            if (ParentOf(node) == parent && ((NodeFlags)EntryAt(_entries[node])[NameTable.ParentLength + LabelOf(node).Length] & NodeFlags.Gone) == 0) return true;
        }
        return false;
    }

    /// <returns>The new node.</returns>
    public int Add(int parent, ReadOnlySpan<byte> label, ReadOnlySpan<byte> content)
    {
        int node = _entries.Count;
        _entries.Add(Write(parent, label, content));
        _slots ??= [.. before.Slots];
        uint mask = (uint)_slots.Length - 1;
        uint hash = NameOctets.Hash((uint)parent, label), slot = hash & mask;
        while (_slots[slot] != 0) slot = (slot + 1) & mask;
        _slots[slot] = NameTable.Slot(hash, node);
        return node;
    }

    public void Replace(int node, ReadOnlySpan<byte> content) => _entries[node] = Write(ParentOf(node), LabelOf(node).ToArray(), content);

    /// <summary>Lets nobody find a node any more.</summary>
    public void Remove(int node, ReadOnlySpan<byte> content)
    {
        _slots ??= [.. before.Slots];
        uint mask = (uint)_slots.Length - 1, free = NameOctets.Hash((uint)ParentOf(node), LabelOf(node)) & mask;
        while (NameTable.NodeIn(_slots[free]) != node) free = (free + 1) & mask;
        // Whoever stands behind it because it was in the way moves up (Knuth 6.4, algorithm R).
        for (uint slot = (free + 1) & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            uint home = NameTable.HashIn(_slots[slot]) & mask;
            if (((slot - home) & mask) < ((slot - free) & mask)) continue;
            _slots[free] = _slots[slot];
            free = slot;
        }
        _slots[free] = 0;
        Replace(node, content);
    }

    /// <returns>Null where too much has gathered behind the first entries, or the slots get full: then a whole new table is worth its time.</returns>
    public NameTable? Build()
    {
        ulong[] slots = _slots ?? before.Slots;
        if (_entries.Count > slots.Length / 4 * 3) return null;
        return before.Grown(slots, [.. _entries], CollectionsMarshal.AsSpan(_added));
    }

    private int ParentOf(int node) => NameTable.ParentIn(EntryAt(_entries[node]));

    private ReadOnlySpan<byte> LabelOf(int node) => NameTable.LabelIn(EntryAt(_entries[node]));

    private ReadOnlySpan<byte> EntryAt(int entry) => entry < before.Used ? before.EntryAt(entry) : CollectionsMarshal.AsSpan(_added)[(entry - before.Used)..];

    private int Write(int parent, ReadOnlySpan<byte> label, ReadOnlySpan<byte> content)
    {
        int entry = before.Used + _added.Count;
        Span<byte> head = stackalloc byte[NameTable.ParentLength + 64];
        _added.AddRange(head[..NameTable.WriteEntry(head, parent, label)]);
        _added.AddRange(content);
        return entry;
    }
}
