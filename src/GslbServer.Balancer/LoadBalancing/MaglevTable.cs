using System.Buffers.Binary;
using System.IO.Hashing;

namespace GslbServer.Balancer;

/// <summary>Maglev hashing: shares of the keys are even to a hair and a key is found in one step; when a backend leaves, about as many keys again as its own move between others.</summary>
/// <remarks>Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, section 3.4. Weights as in Envoy: who weighs half takes every second turn.</remarks>
internal sealed class MaglevTable : KeyTable
{
    /// <summary>A prime, the paper's smaller table: good for a few hundred backends.</summary>
    public const int Size = 65_537;

    private MaglevTable()
    {
    }

    /// <inheritdoc cref="HashRing.Build"/>
    public static KeyTable Build(ulong[] ids, double[] weights)
    {
        // Turns go by name, so that all balancers build the same.
        int[] order = [.. Enumerable.Range(0, ids.Length).OrderBy(i => ids[i])];
        double[] gains = weights.Any(weight => weight > 0) ? [.. weights.Select(weight => weight / weights.Max())] : [.. weights.Select(_ => 1.0)];
        int[] owners = new int[Size], next = new int[ids.Length], skip = new int[ids.Length];
        double[] credit = new double[ids.Length];
        Array.Fill(owners, -1);
        for (int i = 0; i < ids.Length; i++) (next[i], skip[i]) = ((int)(Hash(ids[i], 0) % Size), (int)(Hash(ids[i], 1) % (Size - 1)) + 1);
        for (int filled = 0; filled < Size;)
        {
            foreach (int owner in order)
            {
                credit[owner] += gains[owner];
                if (credit[owner] < 1) continue;
                credit[owner]--;
                while (owners[next[owner]] >= 0) next[owner] = (int)(((uint)next[owner] + (uint)skip[owner]) % Size);
                owners[next[owner]] = owner;
                if (++filled == Size) break;
            }
        }

        return new MaglevTable { Owners = owners };
    }

    public override int Find(ulong key) => (int)(key % Size);

    private static ulong Hash(ulong id, long seed)
    {
        Span<byte> text = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(text, id);
        return XxHash64.HashToUInt64(text, seed);
    }
}
