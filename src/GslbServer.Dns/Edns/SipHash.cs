using System.Numerics;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>SipHash-2-4 (Aumasson and Bernstein, 2012), which RFC 9018 section 4.4 takes for server cookies; fed by words, so that what is hashed need not stand in memory.</summary>
/// <param name="key">Octets 0..7 of the key in its lower half, as little-endian numbers.</param>
internal struct SipHash(UInt128 key)
{
    private ulong _a = (ulong)key ^ 0x736f6d6570736575, _b = (ulong)(key >> 64) ^ 0x646f72616e646f6d;
    private ulong _c = (ulong)key ^ 0x6c7967656e657261, _d = (ulong)(key >> 64) ^ 0x7465646279746573;

    /// <param name="word">Eight octets, the first one lowest.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong word)
    {
        _d ^= word;
        Round();
        Round();
        _a ^= word;
    }

    /// <param name="rest">The octets behind the last whole word, the first one lowest; the highest octet is the length of all modulo 256.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Finish(ulong rest)
    {
        Add(rest);
        _c ^= 0xff;
        Round();
        Round();
        Round();
        Round();
        return _a ^ _b ^ _c ^ _d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Round()
    {
        _a += _b;
        _c += _d;
        _b = BitOperations.RotateLeft(_b, 13) ^ _a;
        _d = BitOperations.RotateLeft(_d, 16) ^ _c;
        _a = BitOperations.RotateLeft(_a, 32);
        _c += _b;
        _a += _d;
        _b = BitOperations.RotateLeft(_b, 17) ^ _c;
        _d = BitOperations.RotateLeft(_d, 21) ^ _a;
        _c = BitOperations.RotateLeft(_c, 32);
    }
}
