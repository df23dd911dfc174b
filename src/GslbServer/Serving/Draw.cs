namespace GslbServer;

/// <summary>A thread's small generator (xorshift32, Marsaglia 2003) for rotation and <c>spread=random</c>: fast and without a lock; nothing secret hangs on it.</summary>
public struct Draw(uint seed)
{
    private uint _state = seed == 0 ? 0x9E3779B9 : seed;

    public uint Next()
    {
        uint x = _state;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        return _state = x;
    }
}
