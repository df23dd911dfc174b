using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Case folding of octets as DNS compares them: only A to Z fold, every other octet stands for itself (RFC 4343 section 3).</summary>
/// <remarks>Whole names may be folded too: a length octet is at most 63 and so never looks like a letter.</remarks>
internal static class AsciiCase
{
    /// <summary>Lower case of eight octets at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Lower(ulong octets)
    {
        const ulong ones = 0x0101010101010101;
        ulong sevenBits = octets & (0x7F * ones);
        ulong fromA = sevenBits + ((0x80 - 'A') * ones);
        ulong beyondZ = sevenBits + ((0x7F - 'Z') * ones);
        ulong upper = ~octets & (fromA ^ beyondZ) & (0x80 * ones);
        return octets | (upper >> 2);
    }

    public static byte Lower(byte octet) => (uint)(octet - 'A') <= 'Z' - 'A' ? (byte)(octet | 0x20) : octet;

    /// <summary>Copies with letters lowered; <paramref name="to"/> is at least as long as <paramref name="from"/>.</summary>
    public static void Lower(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int i = 0; i < from.Length; i++) to[i] = Lower(from[i]);
    }

    public static bool Equal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length) return false;
        while (a.Length >= 8)
        {
            if (Lower(BinaryPrimitives.ReadUInt64LittleEndian(a)) != Lower(BinaryPrimitives.ReadUInt64LittleEndian(b))) return false;
            a = a[8..];
            b = b[8..];
        }
        return Lower(Tail(a)) == Lower(Tail(b));
    }

    /// <summary>A hash that ignores case.</summary>
    public static uint Hash(uint seed, ReadOnlySpan<byte> octets)
    {
        const ulong multiplier = 0x9E3779B97F4A7C15;
        ulong hash = (seed + 1UL) * multiplier;
        while (octets.Length >= 8)
        {
            hash = (hash ^ Lower(BinaryPrimitives.ReadUInt64LittleEndian(octets))) * multiplier;
            hash ^= hash >> 32;
            octets = octets[8..];
        }
        hash = (hash ^ Lower(Tail(octets))) * multiplier;
        return (uint)(hash >> 32);
    }

    /// <summary>Orders octet strings in lower case, shorter first when one begins with the other (RFC 4034 section 6.1).</summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int common = Math.Min(a.Length, b.Length);
        for (int i = 0; i < common; i++)
        {
            int difference = Lower(a[i]) - Lower(b[i]);
            if (difference != 0) return difference;
        }
        return a.Length - b.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Tail(ReadOnlySpan<byte> octets)
    {
        ulong tail = 0;
        for (int i = octets.Length - 1; i >= 0; i--) tail = (tail << 8) | octets[i];
        return tail;
    }
}
