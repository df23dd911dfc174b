using System.Text;

namespace GslbServer.Dns;

/// <summary>Base 32 with the extended hex alphabet and without padding (RFC 4648 section 7), as NSEC3 writes hashed owners (RFC 5155 section 3.3).</summary>
internal static class Base32Hex
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    /// <summary>Writes a length octet and the octets, 1 to 255.</summary>
    public static bool TryWriteCounted(ReadOnlySpan<char> text, RdataBuffer wire)
    {
        int length = text.Length * 5 / 8;
        if (length is < 1 or > 255 || text.Length % 8 is 1 or 3 or 6)
            return false;
        foreach (char c in text)
            if (Digits.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal) < 0)
                return false;
        wire.WriteUInt8((uint)length);
        uint bits = 0;
        int count = 0;
        foreach (char c in text)
        {
            bits = bits << 5 | (uint)Digits.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            count += 5;
            if (count < 8)
                continue;
            count -= 8;
            wire.WriteUInt8(bits >> count);
        }
        return true;
    }

    public static void Append(StringBuilder text, ReadOnlySpan<byte> octets)
    {
        uint bits = 0;
        int count = 0;
        foreach (byte octet in octets)
        {
            bits = bits << 8 | octet;
            for (count += 8; count >= 5; count -= 5)
                text.Append(Digits[(int)(bits >> (count - 5) & 31)]);
        }
        if (count > 0)
            text.Append(Digits[(int)(bits << (5 - count) & 31)]);
    }
}
