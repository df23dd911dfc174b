using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

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
        while (left.Length >= 8)
        {
            if (ToLower(MemoryMarshal.Read<ulong>(left)) != ToLower(MemoryMarshal.Read<ulong>(right)))
                return false;
            left = left[8..];
            right = right[8..];
        }
        for (int i = 0; i < left.Length; i++)
            if (ToLower(left[i]) != ToLower(right[i]))
                return false;
        return true;
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

    /// <summary>Eight octets at once. Bit 7 of each octet of <c>isUpper</c> is set where the octet is A to Z; shifted by two it is the case bit.</summary>
    private static ulong ToLower(ulong octets)
    {
        ulong sevenBits = octets & Each * 0x7F;
        ulong atLeastA = sevenBits + Each * (0x80 - 'A');
        ulong aboveZ = sevenBits + Each * (0x80 - ('Z' + 1));
        ulong isUpper = (atLeastA ^ aboveZ) & ~octets & Each * 0x80;
        return octets | isUpper >> 2;
    }
}
