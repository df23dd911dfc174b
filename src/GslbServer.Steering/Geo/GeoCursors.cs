namespace GslbServer.Steering;

/// <summary>The networks of one family, by place and by ASN, each at the first. Of the databases only what is walked is in memory, and only until this is
/// disposed.</summary>
internal sealed class GeoCursors : IDisposable
{
    private readonly GeoDatabase.View? _city;
    private readonly GeoDatabase.View? _asn;

    public GeoCursors(GeoDatabase? city, GeoDatabase? asn, bool isIPv6)
    {
        _city = city?.Open();
        _asn = asn?.Open();
        Locations = _city?.Walk(isIPv6) ?? MmdbCursor.Nothing;
        Asns = _asn?.Walk(isIPv6) ?? MmdbCursor.Nothing;
    }

    public MmdbCursor Locations { get; }

    public MmdbCursor Asns { get; }

    public void Dispose()
    {
        _city?.Dispose();
        _asn?.Dispose();
    }
}
