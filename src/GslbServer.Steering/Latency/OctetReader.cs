using System.Text;

namespace GslbServer.Steering;

/// <summary>A cursor over foreign octets: every read says whether it worked.</summary>
internal ref struct OctetReader(ReadOnlySpan<byte> octets)
{
    private static readonly UTF8Encoding Strict = new(false, true);

    private ReadOnlySpan<byte> _left = octets;

    public readonly bool AtEnd => _left.IsEmpty;

    public readonly int Left => _left.Length;

    public bool TryOctet(out byte value)
    {
        value = _left.IsEmpty ? (byte)0 : _left[0];
        if (_left.IsEmpty)
            return false;
        _left = _left[1..];
        return true;
    }

    /// <summary>False for what is above <paramref name="most"/>, and for more than 64 bits.</summary>
    public bool TryInteger(ulong most, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (!TryOctet(out byte octet) || (shift == 63 && octet > 1))
                return false;
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return value <= most;
        }

        return false;
    }

    public bool TrySigned(out long value)
    {
        bool read = TryInteger(ulong.MaxValue, out ulong bits);
        value = (long)(bits >> 1) ^ -(long)(bits & 1);
        return read;
    }

    public bool TryText(out string text)
    {
        text = "";
        if (!TryOctet(out byte length) || length > _left.Length)
            return false;
        try
        {
            text = Strict.GetString(_left[..length]);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        _left = _left[length..];
        return true;
    }
}
