using System.Buffers.Binary;
using System.Numerics;

namespace GslbServer.Dns;

/// <summary>SipHash-2-4 (Aumasson and Bernstein, 2012), which RFC 9018 section 4.4 takes for server cookies.</summary>
internal static class SipHash
{
    /// <param name="key">Octets 0..7 of the key in its lower half, as little-endian numbers.</param>
    public static ulong Hash(UInt128 key, ReadOnlySpan<byte> octets)
    {
        (ulong k0, ulong k1) = ((ulong)key, (ulong)(key >> 64));
        ulong a = k0 ^ 0x736f6d6570736575, b = k1 ^ 0x646f72616e646f6d, c = k0 ^ 0x6c7967656e657261, d = k1 ^ 0x7465646279746573;
        ulong last = (ulong)octets.Length << 56;
        while (octets.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(octets);
            d ^= word;
            Round(ref a, ref b, ref c, ref d);
            Round(ref a, ref b, ref c, ref d);
            a ^= word;
            octets = octets[8..];
        }
        for (int i = 0; i < octets.Length; i++) last |= (ulong)octets[i] << (8 * i);
        d ^= last;
        Round(ref a, ref b, ref c, ref d);
        Round(ref a, ref b, ref c, ref d);
        a ^= last;
        c ^= 0xff;
        for (int i = 0; i < 4; i++) Round(ref a, ref b, ref c, ref d);
        return a ^ b ^ c ^ d;
    }

    private static void Round(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        a += b;
        c += d;
        b = BitOperations.RotateLeft(b, 13) ^ a;
        d = BitOperations.RotateLeft(d, 16) ^ c;
        a = BitOperations.RotateLeft(a, 32);
        c += b;
        a += d;
        b = BitOperations.RotateLeft(b, 17) ^ c;
        d = BitOperations.RotateLeft(d, 21) ^ a;
        c = BitOperations.RotateLeft(c, 32);
    }
}
