namespace GslbServer.Dns;

/// <summary>The names of a zone that have an NSEC3, by their hashes (RFC 5155 section 7.1). Frozen.</summary>
internal sealed class Nsec3Chain
{
    private readonly byte[] _hashes; // in order
    private readonly int[] _nodes; // in the order of the hashes
    private readonly int[] _indexOf; // by node; -1 where a name has no NSEC3

    public Nsec3Chain(Zone zone, NameTypes types)
    {
        _indexOf = new int[zone.Names.Count];
        Array.Fill(_indexOf, -1);
        int[] nodes = [.. Enumerable.Range(0, zone.Names.Count).Where(types.IsInChain)];
        byte[][] hashes = new byte[nodes.Length][];
        Parallel.For(0, nodes.Length, i =>
        {
            Span<byte> buffer = stackalloc byte[MessageLimits.Name];
            hashes[i] = new byte[Nsec3Hash.Length];
            Nsec3Hash.Compute(zone.Names.NameOf(nodes[i], zone.Apex.Wire, buffer), hashes[i]);
        });
        Array.Sort(hashes, nodes, Comparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceCompareTo(right)));
        _nodes = nodes;
        _hashes = new byte[nodes.Length * Nsec3Hash.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            hashes[i].CopyTo(_hashes, i * Nsec3Hash.Length);
            _indexOf[nodes[i]] = i;
        }
    }

    public int Count => _nodes.Length;

    public int NodeAt(int index) => _nodes[index];

    public ReadOnlySpan<byte> HashAt(int index) => _hashes.AsSpan(index * Nsec3Hash.Length, Nsec3Hash.Length);

    public ReadOnlySpan<byte> HashAfter(int index) => HashAt(index + 1 == Count ? 0 : index + 1);

    /// <summary>The NSEC3 of a name that is there; -1 where it has none.</summary>
    public int IndexOf(int node) => _indexOf[node];

    /// <summary>The NSEC3 whose hash is the last one not behind this; of a name that does not exist, the one that covers it.</summary>
    public int Covering(ReadOnlySpan<byte> hash)
    {
        int low = 0, high = Count; // those before low are not behind the hash
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (HashAt(middle).SequenceCompareTo(hash) <= 0) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? Count - 1 : low - 1;
    }
}
