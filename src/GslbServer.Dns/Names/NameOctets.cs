using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GslbServer.Dns;

/// <summary>Octets of names in wire form, compared and hashed without regard to ASCII case (RFC 4343).</summary>
/// <remarks>Length octets are at most 63, below <c>A</c>, so a whole wire form can be folded without looking where its labels begin.</remarks>
internal static class NameOctets
{
    private const ulong Each = 0x0101010101010101;

    public static byte ToLower(byte octet) => (uint)(octet - 'A') <= 'Z' - 'A' ? (byte)(octet | 0x20) : octet;

    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
            return false;
        if (left.Length < 8)
            return EqualsIgnoreCase(Short(left), Short(right));
        for (int offset = 0; offset < left.Length - 8; offset += 8)
            if (!EqualsIgnoreCase(Eight(left, offset), Eight(right, offset)))
                return false;
        // The last eight may overlap those before.
        return EqualsIgnoreCase(Eight(left, left.Length - 8), Eight(right, left.Length - 8));
    }

    /// <summary>A hash of a whole name, for tables that live as long as the process.</summary>
    /// <remarks>Two multiplications of 64 by 64 bits for names of up to 32 octets. It has no seed: who asks chooses no name that stands in a table.</remarks>
    public static ulong LongHash(ReadOnlySpan<byte> wire)
    {
        const ulong first = 0x9E3779B97F4A7C15, second = 0xD6E8FEB86659FD93;
        ulong hash = (ulong)wire.Length * second;
        if (wire.Length < 8)
            return Mix(hash ^ ToLower(Short(wire)), first);
        if (wire.Length < 16)
            return Mix(hash ^ ToLower(Eight(wire, 0)), first ^ ToLower(Eight(wire, wire.Length - 8)));
        for (int offset = 0; offset < wire.Length - 16; offset += 16)
            hash = Mix(hash, first, Sixteen(wire, offset));
        return Mix(hash, first, Sixteen(wire, wire.Length - 16));
    }

    /// <summary>The same number for names that differ in case only, on every machine and in every run.</summary>
    public static int Hash(ReadOnlySpan<byte> wire)
    {
        ulong hash = (ulong)wire.Length * 0x9E3779B97F4A7C15;
        while (wire.Length >= 8)
        {
            hash = (BitOperations.RotateLeft(hash, 5) ^ ToLower(BinaryPrimitives.ReadUInt64LittleEndian(wire))) * 0x9E3779B97F4A7C15;
            wire = wire[8..];
        }
        ulong rest = 0;
        for (int i = 0; i < wire.Length; i++)
            rest = rest << 8 | ToLower(wire[i]);
        hash = (BitOperations.RotateLeft(hash, 5) ^ rest) * 0x9E3779B97F4A7C15;
        return (int)(hash >> 32 ^ hash);
    }

    /// <summary>A hash of one label under one parent (any number), for tables that live as long as the process.</summary>
    public static uint Hash(uint parent, ReadOnlySpan<byte> label)
    {
        const ulong multiplier = 0x9E3779B97F4A7C15;
        ulong hash = (parent + 1UL) * multiplier;
        while (label.Length >= 8)
        {
            hash = (hash ^ ToLower(MemoryMarshal.Read<ulong>(label))) * multiplier;
            hash ^= hash >> 32;
            label = label[8..];
        }
        ulong rest = 0;
        for (int i = 0; i < label.Length; i++)
            rest = rest << 8 | label[i];
        return (uint)((hash ^ ToLower(rest)) * multiplier >> 32);
    }

    /// <summary>Copies in lower case; <paramref name="to"/> may be where <paramref name="from"/> is.</summary>
    public static void ToLower(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = ToLower(from[i]);
    }

    /// <summary>Orders the octets of labels in lower case, shorter first when one begins with the other (RFC 4034 section 6.1).</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = Math.Min(left.Length, right.Length);
        for (int i = 0; i < common; i++)
        {
            int difference = ToLower(left[i]) - ToLower(right[i]);
            if (difference != 0)
                return difference;
        }
        return left.Length - right.Length;
    }

    private static ulong Mix(ulong left, ulong right, Vector128<byte> octets)
    {
        Vector128<ulong> folded = ToLower(octets).AsUInt64();
        return Mix(left ^ folded.ToScalar(), right ^ folded.GetElement(1));
    }

    private static ulong Mix(ulong left, ulong right) => Math.BigMul(left, right, out ulong low) ^ low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool EqualsIgnoreCase(ulong left, ulong right)
    {
        // Nearly always they are the same, or differ in more than case.
        ulong difference = left ^ right;
        return difference == 0 || ((difference & ~(Each * 0x20)) == 0 && ToLower(left) == ToLower(right));
    }

    private static Vector128<byte> Sixteen(ReadOnlySpan<byte> octets, int offset) => Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(octets), (nuint)offset);

    /// <summary>Sixteen octets at once: shifted so that A to Z become the greatest signed numbers.</summary>
    private static Vector128<byte> ToLower(Vector128<byte> octets)
    {
        Vector128<sbyte> shifted = (octets + Vector128.Create((byte)(sbyte.MaxValue - 'Z'))).AsSByte();
        Vector128<byte> isUpper = Vector128.GreaterThan(shifted, Vector128.Create((sbyte)(sbyte.MaxValue - 26))).AsByte();
        return octets | (isUpper & Vector128.Create((byte)0x20));
    }

    private static ulong Eight(ReadOnlySpan<byte> octets, int offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(octets), offset));

    /// <summary>Up to seven octets as one number, different for different octets of the same length.</summary>
    private static ulong Short(ReadOnlySpan<byte> octets)
    {
        if (octets.Length >= 4)
            return MemoryMarshal.Read<uint>(octets) | (ulong)MemoryMarshal.Read<uint>(octets[^4..]) << 32;
        ulong number = 0;
        for (int i = 0; i < octets.Length; i++)
            number = number << 8 | octets[i];
        return number;
    }

    /// <summary>Eight octets at once. Bit 7 of each octet of <c>isUpper</c> is set where the octet is A to Z; shifted by two it is the case bit.</summary>
    public static ulong ToLower(ulong octets)
    {
        ulong sevenBits = octets & Each * 0x7F;
        ulong atLeastA = sevenBits + Each * (0x80 - 'A');
        ulong aboveZ = sevenBits + Each * (0x80 - ('Z' + 1));
        ulong isUpper = (atLeastA ^ aboveZ) & ~octets & Each * 0x80;
        return octets | isUpper >> 2;
    }
}
