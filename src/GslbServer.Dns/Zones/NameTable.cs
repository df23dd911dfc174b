namespace GslbServer.Dns;

/// <summary>A tree of labels below one root name, frozen: node 0 is the root, every other node has a parent and a label.</summary>
/// <remarks>One hash table over (parent, label) stands for the children of all nodes, and labels lie in one arena, each followed by what the table's
/// user keeps of the node. So a name costs no object but 8 octets, 11 to 21 for its slot, and its arena entry. A slot has the hash beside the node, so
/// finding a name among a million touches three places in memory, and finding that there is none mostly one. A lookup walks down from the root, one probe per label, and stops at the first label that does not
/// exist: the walk of RFC 1034 section 4.3.2.</remarks>
internal sealed class NameTable
{
    private readonly ulong[] _slots; // see Slot; 0 = free: node 0 is nobody's child
    private readonly Node[] _nodes;
    private readonly byte[] _arena;

    internal NameTable(ulong[] slots, Node[] nodes, byte[] arena)
    {
        _slots = slots;
        _nodes = nodes;
        _arena = arena;
    }

    public int Count => _nodes.Length;

    public int ParentOf(int node) => _nodes[node].Parent;

    /// <summary>The label in the case first written, its length octet included; of node 0 the empty label.</summary>
    public ReadOnlySpan<byte> LabelOf(int node)
    {
        int offset = _nodes[node].Entry;
        return _arena.AsSpan(offset, _arena[offset] + 1);
    }

    /// <summary>What stands behind the label, and whatever follows it in the arena.</summary>
    public ReadOnlySpan<byte> ContentOf(int node)
    {
        int offset = _nodes[node].Entry;
        return _arena.AsSpan(offset + _arena[offset] + 1);
    }

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
            if (_nodes[node].Parent == parent && NameOctets.EqualsIgnoreCase(LabelOf(node), label)) return node;
        }
    }

    /// <summary>What stands in a slot: the hash of parent and label above the node.</summary>
    internal static ulong Slot(uint hash, int node) => ((ulong)hash << 32) | (uint)node;

    internal static uint HashIn(ulong slot) => (uint)(slot >> 32);

    internal static int NodeIn(ulong slot) => (int)(uint)slot;

    /// <param name="Parent">Node index.</param>
    /// <param name="Entry">Offset in the arena.</param>
    internal readonly record struct Node(int Parent, int Entry);
}
