using System.Security.Cryptography;

namespace GslbServer.Dns;

/// <summary>Hashed owner names of NSEC3 (RFC 5155 section 5): SHA-1 over the name in lower case, once and without salt (RFC 9276).</summary>
internal static class Nsec3Hash
{
    public const int Length = 20;

    /// <summary>Octets of a hash as a label, length octet included: base 32 with the extended hex alphabet.</summary>
    public const int LabelLength = 33;

    /// <summary>RDATA up to the next hashed owner's length: SHA-1, flags 0, iterations 0, no salt. As NSEC3PARAM whole.</summary>
    public static ReadOnlySpan<byte> Parameters => [1, 0, 0, 0, 0];

    /// <param name="to">At least <see cref="Length"/> octets.</param>
    public static void Compute(ReadOnlySpan<byte> name, Span<byte> to)
    {
        Span<byte> lower = stackalloc byte[MessageLimits.Name];
        NameOctets.ToLower(name, lower);
#pragma warning disable CA5350 // The only hash that NSEC3 has; it hides names, and protects nothing.
        SHA1.HashData(lower[..name.Length], to);
#pragma warning restore CA5350
    }

    /// <param name="label">At least <see cref="LabelLength"/> octets.</param>
    public static void WriteLabel(ReadOnlySpan<byte> hash, Span<byte> label)
    {
        label[0] = LabelLength - 1;
        for (int i = 0; i < Length / 5; i++)
        {
            ReadOnlySpan<byte> five = hash.Slice(5 * i, 5);
            ulong bits = (ulong)five[0] << 32 | (ulong)five[1] << 24 | (ulong)five[2] << 16 | (ulong)five[3] << 8 | five[4];
            for (int digit = 7; digit >= 0; digit--, bits >>= 5) label[1 + (8 * i) + digit] = "0123456789abcdefghijklmnopqrstuv"u8[(int)(bits & 31)];
        }
    }
}
