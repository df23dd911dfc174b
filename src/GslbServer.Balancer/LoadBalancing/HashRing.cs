using System.Buffers.Binary;
using System.IO.Hashing;

namespace GslbServer.Balancer;

/// <summary>Consistent hashing on a ring: a backend owns the stretches that end at its virtual nodes. Who leaves gives its keys to many others, and no other key moves.</summary>
/// <remarks>Places depend on names and weights alone, so balancers agree, and agree with themselves after a restart.</remarks>
internal sealed class HashRing : KeyTable
{
    /// <summary>Virtual nodes of a backend of weight 1. Shares of the keys then differ by some 8 % (1 / sqrt(160)).</summary>
    public const int NodesPerWeight = 160;

    /// <summary>In small clusters, so that there are at least 1,024 in all. A fixed number, for with each that came or went all others would move too.</summary>
    public const int NodesPerWeightOfFew = 640, Few = 6;

    /// <summary>Most nodes, 12 octets each. Above, weights count for proportionally fewer; a power of two, so that it does not change with every backend.</summary>
    public const int MostNodes = 1 << 20;

    private readonly ulong[] _nodes;

    private HashRing(ulong[] nodes) => _nodes = nodes;

    /// <param name="ids">Hashes of the backends' names.</param>
    /// <param name="weights">Those of weight 0 own nothing, unless all have 0.</param>
    public static KeyTable Build(ulong[] ids, double[] weights)
    {
        int[] counts = Counts(weights);
        var nodes = new (ulong Hash, ulong Id, int Owner)[counts.Sum()];
        Span<byte> text = stackalloc byte[2 * sizeof(ulong)];
        int filled = 0;
        for (int owner = 0; owner < ids.Length; owner++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(text, ids[owner]);
            for (int node = 0; node < counts[owner]; node++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(text[sizeof(ulong)..], node);
                nodes[filled++] = (XxHash64.HashToUInt64(text), ids[owner], owner);
            }
        }

        // Where two nodes meet, names decide and not the order in which backends came.
        Array.Sort(nodes);
        return new HashRing([.. nodes.Select(node => node.Hash)]) { Owners = [.. nodes.Select(node => node.Owner)] };
    }

    public override int Find(ulong key)
    {
        int at = _nodes.AsSpan().BinarySearch(key);
        int next = at >= 0 ? at : ~at;
        return next < _nodes.Length ? next : 0;
    }

    private static int[] Counts(double[] weights)
    {
        double perWeight = weights.Length <= Few ? NodesPerWeightOfFew : NodesPerWeight;
        double[] wanted = [.. (weights.Any(weight => weight > 0) ? weights : weights.Select(_ => 1.0)).Select(weight => weight * perWeight)];
        double scale = 1;
        while (wanted.Sum() * scale > MostNodes) scale /= 2;
        return [.. wanted.Select(nodes => nodes == 0 ? 0 : Math.Max(1, (int)Math.Round(nodes * scale)))];
    }
}
