using System.Buffers.Binary;
using System.Text;

namespace GslbServer.Scenarios.Xdp;

/// <summary>Queries octet by octet.</summary>
internal static class Query
{
    public const ushort A = 1, Txt = 16;

    /// <param name="subnet">Of EDNS Client Subnet, a /24; null for none.</param>
    /// <param name="payload">EDNS payload size; 0 for no EDNS.</param>
    public static byte[] Of(string name, ushort type, ushort id = 1, ushort payload = 1232, byte[]? subnet = null)
    {
        var octets = new List<byte> { (byte)(id >> 8), (byte)id, 0, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(payload > 0 ? 1 : 0) };
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            octets.Add((byte)label.Length);
            octets.AddRange(Encoding.ASCII.GetBytes(label));
        }

        octets.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        if (payload == 0) return [.. octets];
        octets.AddRange([0, 0, 41, (byte)(payload >> 8), (byte)payload, 0, 0, 0, 0]);
        octets.AddRange(subnet is null ? [0, 0] : [0, 11, 0, 8, 0, 7, 0, 1, 24, 0, subnet[0], subnet[1], subnet[2]]);
        return [.. octets];
    }

    public static ushort Id(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    /// <summary>Something that was a query.</summary>
    public static byte[] Mutated(Random random, byte[] query)
    {
        var octets = new List<byte>(query);
        for (int changes = random.Next(1, 4); changes > 0 && octets.Count > 0; changes--)
        {
            int at = random.Next(octets.Count);
            switch (random.Next(4))
            {
                case 0:
                    octets[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    octets[at] = (byte)random.Next(256);
                    break;
                case 2:
                    octets.RemoveRange(at, random.Next(1, octets.Count - at + 1));
                    break;
                default:
                    octets.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 30)));
                    break;
            }
        }

        return [.. octets];
    }
}
