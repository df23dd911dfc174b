using System.Text;

namespace GslbServer.Steering;

/// <summary>Octets that grow: integers as unsigned LEB128 (7 bits an octet, the lowest first).</summary>
internal sealed class OctetWriter
{
    private byte[] _octets = new byte[4096];
    private int _length;

    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, _length);

    public void Octet(byte value)
    {
        if (_length == _octets.Length)
            Array.Resize(ref _octets, 2 * _length);
        _octets[_length++] = value;
    }

    public void Integer(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Octet((byte)(value | 0x80));
        Octet((byte)value);
    }

    /// <summary>Zigzag: small whatever the sign.</summary>
    public void Signed(long value) => Integer((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>UTF-8, at most 255 octets.</summary>
    public void Text(string text)
    {
        byte[] octets = Encoding.UTF8.GetBytes(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(octets.Length, byte.MaxValue);
        Octet((byte)octets.Length);
        foreach (byte octet in octets)
            Octet(octet);
    }
}
