namespace GslbServer.Steering;

/// <summary>Arithmetic of prefixes on left-aligned addresses: IPv4 in the upper 32 of 128 bits.</summary>
internal static class PrefixBits
{
    public static UInt128 Mask(UInt128 address, int length) => length == 0 ? UInt128.Zero : address & (UInt128.MaxValue << (128 - length));

    /// <summary>The same in two words, for the query path.</summary>
    public static (ulong Upper, ulong Lower) Mask(ulong upper, ulong lower, int length) => length > 64
        ? (upper, lower & (ulong.MaxValue << (128 - length)))
        : (length == 0 ? 0 : upper & (ulong.MaxValue << (64 - length)), 0);
}
