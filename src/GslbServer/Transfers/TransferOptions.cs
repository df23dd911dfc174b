using System.Net;
using GslbServer.Dns;

namespace GslbServer;

/// <summary>Another server, and the key that it and this node sign with.</summary>
/// <param name="Zone">Null: every zone.</param>
/// <param name="Key">Null: nothing is signed.</param>
public sealed record ZonePeer(DomainName? Zone, IPEndPoint EndPoint, DomainName? Key)
{
    public override string ToString() => Key is null ? EndPoint.ToString() : $"{EndPoint} with key {Key}";
}

/// <summary>Zones that go to other servers and come from them.</summary>
public sealed record TransferOptions
{
    /// <summary>Keys in BIND's form; null for none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Who may transfer zones; empty: nobody.</summary>
    public IReadOnlyList<TransferRule> Allow { get; init; } = [];

    /// <summary>Whether REGION, CHECK and STEER go along.</summary>
    public bool WithSteering { get; init; } = true;

    /// <summary>Who is told of a new serial. Name servers of the zone are not told by themselves: they may be anycast, or this node.</summary>
    public IReadOnlyList<ZonePeer> Notify { get; init; } = [];

    /// <summary>Primaries of the zones that this node has from elsewhere, in the order in which they are asked.</summary>
    public IReadOnlyList<ZonePeer> Secondary { get; init; } = [];

    /// <summary>Primaries of the catalogs whose member zones this node has (RFC 9432).</summary>
    public IReadOnlyList<ZonePeer> Catalogs { get; init; } = [];

    /// <summary>Who may change what by RFC 2136; empty: nobody.</summary>
    public IReadOnlyList<UpdateGrant> Updates { get; init; } = [];

    /// <summary>Names of keys that are referred to.</summary>
    public IEnumerable<DomainName> Keys => Allow.Select(a => a.Key).Concat(Updates.Select(u => u.Key)).Concat(Notify.Concat(Secondary).Concat(Catalogs).Select(p => p.Key)).OfType<DomainName>().Distinct();
}
