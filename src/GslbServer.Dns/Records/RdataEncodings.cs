namespace GslbServer.Dns;

/// <summary>Collects the blank-separated pieces of one hexadecimal or base 64 field, then decodes them as a whole.</summary>
internal sealed class RdataEncodings
{
    private char[] _digits = new char[1024];
    private byte[] _octets = new byte[1024];
    private int _count;

    /// <summary>Characters collected so far.</summary>
    public int HexDigits => _count;

    public void Begin() => _count = 0;

    public bool TryAdd(ReadOnlySpan<char> piece, bool isHex)
    {
        foreach (char c in piece)
            if (isHex ? !char.IsAsciiHexDigit(c) : !(char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '='))
                return false;
        if (_count + piece.Length > _digits.Length)
            Array.Resize(ref _digits, Math.Max(_digits.Length * 2, _count + piece.Length));
        piece.CopyTo(_digits.AsSpan(_count));
        _count += piece.Length;
        return true;
    }

    /// <returns>False without digits, or for an odd number of them.</returns>
    public bool TryWriteHex(RdataBuffer wire)
    {
        if (_count == 0 || _count % 2 != 0)
            return false;
        for (int i = 0; i < _count && !wire.IsTooLong; i += 2)
            wire.WriteUInt8((uint)(ValueOf(_digits[i]) << 4 | ValueOf(_digits[i + 1])));
        return true;
    }

    /// <returns>False for nothing, or for text that is not whole base 64 with its padding (RFC 4648 section 4) and zeros in front of it (section 3.5).</returns>
    public bool TryWriteBase64(RdataBuffer wire)
    {
        if (_octets.Length < _count)
            _octets = new byte[_count];
        if (_count == 0 || !Convert.TryFromBase64Chars(_digits.AsSpan(0, _count), _octets, out int length) || length == 0 || HasBitsBehind(length))
            return false;
        wire.Write(_octets.AsSpan(0, length));
        return true;
    }

    /// <summary>Whether the last digit says more than the octets hold: then a digit is wrong or missing.</summary>
    private bool HasBitsBehind(int length)
    {
        Span<char> last = stackalloc char[4];
        int tail = length % 3;
        return tail > 0 && Convert.TryToBase64Chars(_octets.AsSpan(length - tail, tail), last, out _) && last[tail] != _digits[_count - 4 + tail];
    }

    private static int ValueOf(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
