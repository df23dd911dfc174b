using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>The names of a zone that have an NSEC, each with the next one in canonical order (RFC 4034 section 4.1.1), and which of them stands before any other name. Frozen.</summary>
internal sealed class NsecChain
{
    private readonly Zone _zone;
    private readonly CanonicalOrder _order;
    private readonly int[] _next; // by node; -1 where a name has no NSEC
    private readonly int[] _at; // by node, the last in the chain that does not stand behind it
    private readonly int[] _after; // likewise, behind everything below it

    public NsecChain(Zone zone, CanonicalOrder order, NameTypes types)
    {
        (_zone, _order) = (zone, order);
        int count = zone.Names.Count;
        (_next, _at, _after) = (new int[count], new int[count], new int[count]);
        Array.Fill(_next, -1);
        int last = Walk(0, -1, types);
        _next[last] = 0;
    }

    /// <returns>-1 where the name has no NSEC.</returns>
    public int Next(int node) => _next[node];

    /// <summary>The NSEC at a name or, where it has none, before it.</summary>
    public int At(int node) => _at[node];

    /// <summary>The NSEC before a name that does not exist.</summary>
    /// <param name="encloser">Its closest encloser.</param>
    /// <param name="label">The label in front of that one, with its length octet.</param>
    public int Covering(int encloser, ReadOnlySpan<byte> label)
        => _order.ChildBefore(_zone.Names, encloser, label) is >= 0 and int before ? _after[before] : _at[encloser];

    /// <param name="last">The last in the chain before this name.</param>
    /// <returns>The last in it behind all below this name.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Walk(int node, int last, NameTypes types)
    {
        if (types.IsInChain(node))
        {
            if (last >= 0) _next[last] = node;
            last = node;
        }
        _at[node] = last;
        foreach (int child in _order.ChildrenOf(node)) last = Walk(child, last, types);
        return _after[node] = last;
    }
}
