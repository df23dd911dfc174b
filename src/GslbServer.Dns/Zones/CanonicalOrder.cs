using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>The names of a zone in canonical order (RFC 4034 section 6.1), as a tree: a name stands before those below it, and only siblings need sorting.</summary>
internal sealed class CanonicalOrder
{
    private readonly int[] _children; // child nodes in canonical order, grouped by parent
    private readonly int[] _firstChild; // children of node n stand from _firstChild[n] to _firstChild[n + 1]

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CanonicalOrder(NameTable names)
    {
        int[] firstChild = new int[names.Count + 1];
        for (int node = 1; node < names.Count; node++) firstChild[names.ParentOf(node) + 1]++;
        for (int node = 0; node < names.Count; node++) firstChild[node + 1] += firstChild[node];

        int[] children = new int[names.Count - 1];
        ulong[] keys = new ulong[names.Count - 1]; // the label's first eight octets order most siblings without touching the arena
        int[] next = firstChild[..^1];
        for (int node = 1; node < names.Count; node++)
        {
            int at = next[names.ParentOf(node)]++;
            children[at] = node;
            keys[at] = FirstOctets(names.LabelOf(node)[1..]);
        }
        for (int node = 0; node < names.Count; node++)
        {
            Range siblings = firstChild[node]..firstChild[node + 1];
            if (firstChild[node + 1] - firstChild[node] > 1) SortSiblings(names, keys.AsSpan(siblings), children.AsSpan(siblings));
        }
        (_children, _firstChild) = (children, firstChild);
    }

    public ReadOnlySpan<int> ChildrenOf(int node) => _children.AsSpan(_firstChild[node].._firstChild[node + 1]);

    /// <summary>The last child whose label stands before this one; -1 where none does.</summary>
    /// <param name="label">With its length octet.</param>
    public int ChildBefore(NameTable names, int parent, ReadOnlySpan<byte> label)
    {
        ReadOnlySpan<int> children = ChildrenOf(parent);
        int low = 0, high = children.Length; // those before low are smaller
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (NameOctets.Compare(names.LabelOf(children[middle])[1..], label[1..]) < 0) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? -1 : children[low - 1];
    }

    private static void SortSiblings(NameTable names, Span<ulong> keys, Span<int> nodes)
    {
        keys.Sort(nodes);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            end = start + 1;
            while (end < keys.Length && keys[end] == keys[start]) end++;
            if (end - start > 1) nodes[start..end].Sort((a, b) => NameOctets.Compare(names.LabelOf(a)[1..], names.LabelOf(b)[1..]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong FirstOctets(ReadOnlySpan<byte> label)
    {
        if (label.Length >= 8) return NameOctets.ToLower(BinaryPrimitives.ReadUInt64BigEndian(label));
        ulong octets = 0;
        for (int i = 0; i < 8; i++) octets = octets << 8 | (i < label.Length ? label[i] : 0U);
        return NameOctets.ToLower(octets);
    }
}
