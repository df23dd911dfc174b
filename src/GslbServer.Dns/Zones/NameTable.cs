using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GslbServer.Dns;

/// <summary>A tree of labels below one root name, frozen: node 0 is the root, every other node has a parent and a label.</summary>
/// <remarks>One hash table over (parent, label) stands for the children of all nodes, and labels lie in one arena, each behind its node's parent and
/// followed by what the table's user keeps of the node. So a name costs no object but 4 octets, 11 to 21 for its slot, and its arena entry. A slot has
/// the hash beside the node, so finding a name among a million touches three places in memory, and finding that there is none mostly one. A lookup walks down from the root, one probe per label, and stops at the first label that does not
/// exist: the walk of RFC 1034 section 4.3.2.</remarks>
internal sealed class NameTable
{
    private readonly ulong[] _slots; // see Slot; 0 = free: node 0 is nobody's child
    private readonly int[] _entries; // by node, where its entry stands in the arena
    private readonly byte[] _arena; // what stands behind _used is another table's, or nobody's
    private readonly int _used, _firstUsed; // octets; those of the table that this one grew from

    internal NameTable(ulong[] slots, int[] entries, byte[] arena)
        : this(slots, entries, arena, arena.Length, arena.Length)
    {
    }

    private NameTable(ulong[] slots, int[] entries, byte[] arena, int used, int firstUsed)
    {
        _slots = slots;
        _entries = entries;
        _arena = arena;
        (_used, _firstUsed) = (used, firstUsed);
    }

    internal ulong[] Slots => _slots;

    internal int[] Entries => _entries;

    internal int Used => _used;

    /// <param name="entry">Where an entry begins; what follows it does not matter.</param>
    internal ReadOnlySpan<byte> EntryAt(int entry) => _arena.AsSpan(entry, _used - entry);

    /// <summary>A table with more entries behind those of this one. It shares the arena, and needs room behind it only the first time: so of several tables grown from one, only the last may be used.</summary>
    /// <returns>Null where half as much has been added as there was.</returns>
    internal NameTable? Grown(ulong[] slots, int[] entries, ReadOnlySpan<byte> added)
    {
        long used = (long)_used + added.Length;
        if (used > (long)_firstUsed + (_firstUsed / 2) || used + (used / 8) > Array.MaxLength) return null;
        byte[] arena = _arena;
        if (used > arena.Length)
        {
            arena = GC.AllocateUninitializedArray<byte>((int)(used + (used / 8)));
            _arena.AsSpan(0, _used).CopyTo(arena);
        }
        added.CopyTo(arena.AsSpan(_used));
        return new NameTable(slots, entries, arena, (int)used, _firstUsed);
    }

    /// <summary>Octets of an entry in front of its label: the parent.</summary>
    internal const int ParentLength = 4;

    public int Count => _entries.Length;

    public int ParentOf(int node) => ParentAt(_arena, _entries[node]);

    /// <summary>The label in the case first written, its length octet included; of node 0 the empty label.</summary>
    public ReadOnlySpan<byte> LabelOf(int node) => LabelAt(_arena, _entries[node]);

    /// <summary>What stands behind the label, and whatever follows it in the arena.</summary>
    public ReadOnlySpan<byte> ContentOf(int node) => ContentAt(_entries[node]);

    /// <summary>As <see cref="ContentOf"/>, for those who come back later.</summary>
    public ReadOnlyMemory<byte> MemoryOf(int node)
    {
        int label = _entries[node] + ParentLength;
        return _arena.AsMemory(label + _arena[label] + 1);
    }

    /// <param name="root">The name of node 0.</param>
    /// <param name="buffer">At least 255 octets.</param>
    /// <returns>The whole name, in the buffer.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<byte> NameOf(int node, ReadOnlySpan<byte> root, Span<byte> buffer)
    {
        int length = 0;
        for (; node != 0; node = ParentOf(node))
        {
            ReadOnlySpan<byte> label = LabelOf(node);
            label.CopyTo(buffer[length..]);
            length += label.Length;
        }
        root.CopyTo(buffer[length..]);
        return buffer[..(length + root.Length)];
    }

    /// <summary>Where a node's entry stands: for indices over the same arena.</summary>
    public int EntryOf(int node) => _entries[node];

    /// <summary>The content of the node whose entry stands here.</summary>
    public ReadOnlySpan<byte> ContentAt(int entry)
    {
        int label = entry + ParentLength;
        return _arena.AsSpan(label + _arena[label] + 1);
    }

    /// <summary>Whether the node whose entry stands here has this name.</summary>
    /// <param name="root">The name of node 0.</param>
    public bool IsNameAt(int entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> root)
    {
        byte[] arena = _arena;
        while (entry != 0)
        {
            ReadOnlySpan<byte> label = LabelAt(arena, entry);
            if (label.Length > name.Length || !NameOctets.EqualsIgnoreCase(label, name[..label.Length])) return false;
            name = name[label.Length..];
            int parent = ParentAt(arena, entry);
            entry = parent == 0 ? 0 : _entries[parent];
        }
        return NameOctets.EqualsIgnoreCase(name, root);
    }

    /// <summary>The same names over an arena of its own, for one who changes what stands behind them before anybody reads it.</summary>
    public NameTable Copy() => new(_slots, _entries, _arena.AsSpan().ToArray(), _used, _firstUsed);

    /// <summary>As <see cref="ContentOf"/>, of a copy that nobody reads yet.</summary>
    public Span<byte> WritableContentOf(int node)
    {
        int label = _entries[node] + ParentLength;
        return _arena.AsSpan(label + _arena[label] + 1);
    }

    /// <summary>Asks the processor for an entry that will be read soon: most fit in two cache lines.</summary>
    public void Prefetch(int entry) => Memory.Prefetch(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), entry), lines: 2);

    /// <summary>The child of <paramref name="parent"/> with this label (length octet included), or -1.</summary>
    public int FindChild(int parent, ReadOnlySpan<byte> label)
    {
        ulong[] slots = _slots;
        uint mask = (uint)slots.Length - 1;
        uint hash = NameOctets.Hash((uint)parent, label);
        for (uint slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            ulong found = slots[slot];
            if (found == 0) return -1;
            if (HashIn(found) != hash) continue;
            int node = NodeIn(found);
            int entry = _entries[node];
            if (ParentAt(_arena, entry) == parent && NameOctets.EqualsIgnoreCase(LabelAt(_arena, entry), label)) return node;
        }
    }

    /// <summary>What stands in a slot: the hash of parent and label above the node.</summary>
    internal static ulong Slot(uint hash, int node) => ((ulong)hash << 32) | (uint)node;

    internal static uint HashIn(ulong slot) => (uint)(slot >> 32);

    internal static int NodeIn(ulong slot) => (int)(uint)slot;

    internal static int ParentAt(byte[] arena, int entry) => ParentIn(arena.AsSpan(entry));

    internal static ReadOnlySpan<byte> LabelAt(byte[] arena, int entry) => arena.AsSpan(entry + ParentLength, arena[entry + ParentLength] + 1);

    /// <param name="entry">Begins with the entry.</param>
    internal static int ParentIn(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadInt32LittleEndian(entry);

    /// <param name="entry">Begins with the entry.</param>
    internal static ReadOnlySpan<byte> LabelIn(ReadOnlySpan<byte> entry) => entry.Slice(ParentLength, entry[ParentLength] + 1);

    /// <returns>Octets written.</returns>
    internal static int WriteEntry(Span<byte> to, int parent, ReadOnlySpan<byte> label)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, parent);
        label.CopyTo(to[ParentLength..]);
        return ParentLength + label.Length;
    }
}
