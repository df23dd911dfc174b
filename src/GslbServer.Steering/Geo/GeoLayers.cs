namespace GslbServer.Steering;

/// <summary>What one database says of both families. Values are location indices and ASNs, 0 for unknown.</summary>
internal sealed record GeoLayers(RangeMap<uint> Locations4, RangeMap<ulong> Locations6, RangeMap<uint> Asns4, RangeMap<ulong> Asns6)
{
    public static readonly GeoLayers Empty = new(RangeMap<uint>.Empty, RangeMap<ulong>.Empty, RangeMap<uint>.Empty, RangeMap<ulong>.Empty);
}
