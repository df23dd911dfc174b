using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>Goes through a network from leaf to leaf: within one every client gets the same answer (RFC 7871 section 7.2.1), so one decision stands for all of it.</summary>
internal struct LeafWalk(in ClientGroup group)
{
    /// <summary>A network is cut into at most 4,096 parts of one size. Only IPv6 networks have more leaves (a /32 has 16 million of /56); of those the first of each part counts.</summary>
    private const int MostBits = 12;

    private readonly ClientGroup _group = group;
    private readonly ulong _last = group.Upper | (group.PrefixLength == 0 ? ulong.MaxValue : ulong.MaxValue >> group.PrefixLength);
    private ulong _at = group.Upper;

    /// <summary>The client that stands for the leaf, as its resolver sends it.</summary>
    public readonly Client Client => new(_group.IsIPv6, _at, 0, ClientGroup.LongestPrefix(_group.IsIPv6), ClientSource.Subnet);

    /// <summary>The same client asking for itself: who a resolver near to it would be.</summary>
    public readonly Client Resolver => new(_group.IsIPv6, _at, 0, _group.IsIPv6 ? (byte)128 : (byte)32, ClientSource.Resolver);

    /// <summary>What the leaf weighs.</summary>
    /// <param name="scope">Of the decision for <see cref="Client"/>.</param>
    public readonly double WeightOf(byte scope) => Math.ScaleB(_group.Weight, _group.PrefixLength - LengthOf(scope));

    /// <summary>Goes behind the leaf.</summary>
    /// <returns>False at the end of the network.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveBehind(byte scope)
    {
        ulong behind = ulong.MaxValue >> LengthOf(scope);
        if (LengthOf(scope) == 0 || _last - _at <= behind) return false;
        _at += behind + 1;
        return true;
    }

    private readonly int LengthOf(byte scope)
    {
        int limit = _group.IsIPv6 ? Math.Min(64, _group.PrefixLength + MostBits) : 32;
        return Math.Clamp(scope, _group.PrefixLength, limit);
    }
}
