using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>64-bit hashes that are the same on every node, in every process and version: answers and keys depend on them. Not for secrets.</summary>
internal static class StableHash
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>FNV-1a over the UTF-16 code units, then mixed so that all bits are good.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        ulong hash = FnvOffset;
        foreach (byte octet in MemoryMarshal.AsBytes(text))
            hash = (hash ^ octet) * FnvPrime;

        return Mix(hash);
    }

    /// <summary>Order matters: <c>Combine(a, b)</c> is not <c>Combine(b, a)</c>.</summary>
    public static ulong Combine(ulong first, ulong second) => Mix((first * FnvPrime) ^ second);

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Uniform in (0, 1): the upper 53 bits, moved off zero.</summary>
    public static double ToUnit(ulong hash) => ((hash >> 11) + 0.5) * (1.0 / (1UL << 53));
}
