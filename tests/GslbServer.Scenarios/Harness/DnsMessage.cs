using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace GslbServer.Scenarios.Harness;

/// <summary>As much of DNS (RFC 1035, RFC 7871) as asking for addresses thousands of times takes: written apart from the product, which it judges.</summary>
internal static class DnsMessage
{
    private const int HeaderLength = 12, TypeA = 1, TypeOpt = 41, ClassIn = 1, ClientSubnetOption = 8;

    /// <param name="subnet">Of Client Subnet, of which 24 bits are told; null for none.</param>
    /// <param name="payload">EDNS payload size; 0 for no EDNS.</param>
    public static byte[] Query(ushort id, string name, IPAddress? subnet = null, ushort type = TypeA, ushort payload = 1232)
    {
        var wire = new List<byte>(80) { (byte)(id >> 8), (byte)id, 0, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(payload > 0 ? 1 : 0) };
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            wire.Add((byte)label.Length);
            wire.AddRange(Encoding.ASCII.GetBytes(label));
        }

        wire.AddRange([0, (byte)(type >> 8), (byte)type, 0, ClassIn]);
        if (payload == 0) return [.. wire];
        wire.AddRange([0, 0, TypeOpt, (byte)(payload >> 8), (byte)payload, 0, 0, 0, 0]);
        wire.AddRange(subnet is null ? [0, 0] : [0, 11, 0, ClientSubnetOption, 0, 7, 0, 1, 24, 0, .. subnet.GetAddressBytes()[..3]]);
        return [.. wire];
    }

    /// <summary>Of a reply: its ID, RCODE, the addresses sorted, and the TTL of the first.</summary>
    /// <returns>Null for what is no whole reply.</returns>
    public static (ushort Id, int Rcode, string[] Addresses, int Ttl)? Read(ReadOnlySpan<byte> wire)
    {
        if (wire.Length < HeaderLength || (wire[2] & 0x80) == 0) return null;
        int answers = BinaryPrimitives.ReadUInt16BigEndian(wire[6..]), at = HeaderLength, ttl = 0;
        if (!SkipName(wire, ref at)) return null;
        at += 4;
        var addresses = new List<string>();
        for (int i = 0; i < answers; i++)
        {
            if (!SkipName(wire, ref at) || at + 10 > wire.Length) return null;
            int type = BinaryPrimitives.ReadUInt16BigEndian(wire[at..]), length = BinaryPrimitives.ReadUInt16BigEndian(wire[(at + 8)..]);
            if (addresses.Count == 0) ttl = BinaryPrimitives.ReadInt32BigEndian(wire[(at + 4)..]);
            at += 10;
            if (at + length > wire.Length) return null;
            if (type == TypeA && length == 4) addresses.Add(new IPAddress(wire.Slice(at, 4)).ToString());
            at += length;
        }

        addresses.Sort(StringComparer.Ordinal);
        return (BinaryPrimitives.ReadUInt16BigEndian(wire), wire[3] & 0xF, [.. addresses], ttl);
    }

    private static bool SkipName(ReadOnlySpan<byte> wire, ref int at)
    {
        while (at < wire.Length)
        {
            byte length = wire[at];
            if (length >= 0xC0)
            {
                at += 2;
                return at <= wire.Length;
            }

            at += 1 + length;
            if (length == 0) return true;
        }

        return false;
    }
}
