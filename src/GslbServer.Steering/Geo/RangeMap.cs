using System.Numerics;

namespace GslbServer.Steering;

/// <summary>All addresses of one family cut into ranges, each with a value. Neighbours differ. Frozen.</summary>
/// <typeparam name="TKey">The leading bits that boundaries need: <c>uint</c> for IPv4, <c>ulong</c> (64 of 128) for IPv6.</typeparam>
/// <param name="Starts">First address of each range; ascending, the first is 0. A range ends before the next.</param>
internal sealed record RangeMap<TKey>(TKey[] Starts, int[] Values)
    where TKey : unmanaged, IBinaryInteger<TKey>
{
    /// <summary>One range of value 0.</summary>
    public static readonly RangeMap<TKey> Empty = new([TKey.Zero], [0]);

    public int Find(TKey key) => Values[IndexOf(key)];

    /// <summary>The range that holds a key.</summary>
    public int IndexOf(TKey key)
    {
        int at = Array.BinarySearch(Starts, key);
        return at < 0 ? ~at - 1 : at;
    }
}
