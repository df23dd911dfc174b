using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;

namespace GslbServer.Balancer;

/// <summary>The rules by which one of several destinations is taken. Plain arithmetic on arrays of one length, at least 1; a weight of 0 counts only when all are 0.</summary>
internal static class L4Choice
{
    /// <summary>The fewest connections per weight, counting the one that comes. Ties go round from <paramref name="turn"/>.</summary>
    public static int LeastConnections(ReadOnlySpan<int> weights, ReadOnlySpan<int> active, uint turn)
    {
        bool allZero = !weights.ContainsAnyExcept(0);
        int best = -1;
        for (int step = 0; step < weights.Length; step++)
        {
            int i = (int)((turn + step) % weights.Length);
            if (!allZero && weights[i] == 0) continue;
            if (best < 0 || (active[i] + 1L) * Math.Max(1, weights[best]) < (active[best] + 1L) * Math.Max(1, weights[i])) best = i;
        }

        return best;
    }

    /// <summary>Weighted rendezvous: each destination draws a number for the key, the highest wins. If one leaves, its keys alone move.</summary>
    /// <remarks>Thaler and Ravishankar 1998; weights by -w / ln(u) as in Schindelhauer and Schomaker 2005.</remarks>
    public static int Rendezvous(ReadOnlySpan<int> weights, ReadOnlySpan<ulong> seeds, ulong key)
    {
        bool allZero = !weights.ContainsAnyExcept(0);
        (int best, double bestScore) = (-1, double.NegativeInfinity);
        for (int i = 0; i < weights.Length; i++)
        {
            int weight = allZero ? 1 : weights[i];
            if (weight == 0) continue;
            // 53 bits make a number strictly between 0 and 1.
            double drawn = ((Mix(key ^ seeds[i]) >> 11) + 0.5) / (1L << 53);
            double score = -weight / Math.Log(drawn);
            if (score > bestScore) (best, bestScore) = (i, score);
        }

        return best;
    }

    public static ulong HashOf(ReadOnlySpan<byte> octets) => XxHash3.HashToUInt64(octets);

    /// <param name="withPort">Each port of the client is a key of its own.</param>
    public static ulong HashOf(IPEndPoint client, bool withPort)
    {
        Span<byte> octets = stackalloc byte[18];
        client.Address.TryWriteBytes(octets, out int length);
        if (client.Address.AddressFamily == AddressFamily.InterNetworkV6 && client.Address.IsIPv4MappedToIPv6)
        {
            octets[12..16].CopyTo(octets);
            length = 4;
        }

        if (!withPort) return HashOf(octets[..length]);
        BitConverter.TryWriteBytes(octets[length..], (ushort)client.Port);
        return HashOf(octets[..(length + 2)]);
    }

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
