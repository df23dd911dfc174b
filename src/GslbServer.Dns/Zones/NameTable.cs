namespace GslbServer.Dns;

/// <summary>A tree of labels below one root name, frozen: node 0 is the root, every other node has a parent and a label.</summary>
/// <remarks>One hash table over (parent, label) stands for the children of all nodes, and labels lie in one arena, so a name costs no object:
/// about 8 octets a node, 4 to 11 a slot and its first label. A lookup walks down from the root, one probe per label, and stops at the
/// first label that does not exist, which is the walk of RFC 1034 section 4.3.2.</remarks>
internal sealed class NameTable
{
    private readonly int[] _slots; // node index, 0 = free: node 0 is nobody's child
    private readonly Node[] _nodes;
    private readonly byte[] _labels;

    internal NameTable(int[] slots, Node[] nodes, byte[] labels)
    {
        _slots = slots;
        _nodes = nodes;
        _labels = labels;
    }

    public int Count => _nodes.Length;

    public int ParentOf(int node) => _nodes[node].Parent;

    /// <summary>The label in the case first written, its length octet included. Not for node 0.</summary>
    public ReadOnlySpan<byte> LabelOf(int node)
    {
        int offset = _nodes[node].Label;
        return _labels.AsSpan(offset, _labels[offset] + 1);
    }

    /// <summary>The child of <paramref name="parent"/> with this label (length octet included), or -1.</summary>
    public int FindChild(int parent, ReadOnlySpan<byte> label)
    {
        int[] slots = _slots;
        Node[] nodes = _nodes;
        uint mask = (uint)slots.Length - 1;
        for (uint slot = NameOctets.Hash((uint)parent, label) & mask; ; slot = (slot + 1) & mask)
        {
            int node = slots[slot];
            if (node == 0) return -1;
            if (nodes[node].Parent == parent && NameOctets.EqualsIgnoreCase(LabelOf(node), label)) return node;
        }
    }

    /// <param name="Parent">Node index.</param>
    /// <param name="Label">Offset in the arena.</param>
    internal readonly record struct Node(int Parent, int Label);
}
