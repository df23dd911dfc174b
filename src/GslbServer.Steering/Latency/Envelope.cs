using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GslbServer.Steering;

/// <summary>What stands around a table that travels: <c>GSL</c>, a kind, a version, the length of the content (32 bits) and the first 8 octets of its SHA-256. So a table that
/// was half written or damaged is known as such. It does not prove who wrote it.</summary>
internal static class Envelope
{
    private const int HashLength = 8;

    private const int HeaderLength = 5 + 4 + HashLength;

    private static ReadOnlySpan<byte> Magic => "GSL"u8;

    public static byte[] Wrap(byte kind, byte version, ReadOnlySpan<byte> content)
    {
        byte[] octets = new byte[HeaderLength + content.Length];
        Magic.CopyTo(octets);
        octets[3] = kind;
        octets[4] = version;
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(5), (uint)content.Length);
        HashOf(content).CopyTo(octets.AsSpan(9));
        content.CopyTo(octets.AsSpan(HeaderLength));
        return octets;
    }

    /// <param name="latest">Versions from 1 up to this are read; which it is stands in <paramref name="version"/>.</param>
    public static bool TryUnwrap(byte kind, byte latest, ReadOnlySpan<byte> octets, out byte version, out ReadOnlySpan<byte> content, out string problem)
    {
        content = default;
        problem = "";
        version = octets.Length < HeaderLength ? (byte)0 : octets[4];
        if (octets.Length < HeaderLength || !octets.StartsWith(Magic) || octets[3] != kind)
            problem = $"{octets.Length} octets that are no latency table of kind {(char)kind}";
        else if (version == 0 || version > latest)
            problem = $"version {version}; expected {(latest == 1 ? "1" : $"1 to {latest}")}";
        else if (BinaryPrimitives.ReadUInt32BigEndian(octets[5..]) != (uint)(octets.Length - HeaderLength))
            problem = $"{octets.Length - HeaderLength} octets of content; expected {BinaryPrimitives.ReadUInt32BigEndian(octets[5..])}: half written?";
        else if (!HashOf(octets[HeaderLength..]).AsSpan().SequenceEqual(octets.Slice(9, HashLength)))
            problem = "the content does not match its hash";
        else
            content = octets[HeaderLength..];
        return problem.Length == 0;
    }

    /// <summary>16 hexadecimal digits of a wrapped table.</summary>
    public static string HashText(ReadOnlySpan<byte> octets) => Convert.ToHexStringLower(octets.Slice(9, HashLength));

    private static byte[] HashOf(ReadOnlySpan<byte> content) => SHA256.HashData(content)[..HashLength];
}
