namespace GslbServer.Steering;

/// <summary>Where each prefix that something is known of stands. A round trip shorter than light takes proves the geo record wrong; then the place counts as not known.</summary>
internal sealed class LatencyGroups
{
    private readonly LatencyEvidence _evidence;
    private readonly double[]?[] _kilometres;
    private readonly double[]?[] _recorded;
    private readonly (uint Asn, string Country)[] _places;

    public LatencyGroups(LatencyEvidence evidence, GeoTable geo, LatencyPlaces places)
    {
        _evidence = evidence;
        _kilometres = new double[]?[evidence.Keys.Length];
        _recorded = new double[]?[evidence.Keys.Length];
        _places = new (uint, string)[evidence.Keys.Length];
        GeoInvalid = new bool[evidence.Keys.Length];
        int ipv6 = Array.FindIndex(evidence.Keys, key => new LatencyKey(key).Kind == LatencyKeyKind.IPv6);
        ipv6 = ipv6 < 0 ? evidence.Keys.Length : ipv6;
        Locate(0, ipv6, geo, places, isIPv6: false);
        Locate(ipv6, evidence.Keys.Length, geo, places, isIPv6: true);
    }

    public bool[] GeoInvalid { get; }

    public double[]? Kilometres(int group) => _kilometres[group];

    /// <summary>By the geo database, be it wrong: what answers went by before anything was measured.</summary>
    public double[]? RecordedKilometres(int group) => _recorded[group];

    public LatencyKey CountryKey(int group) => _places[group].Country.Length == 2 ? LatencyKey.Country(_places[group].Country) : default;

    public LatencyKey AsnKey(int group) => _places[group].Asn == 0 ? default : LatencyKey.AsnInCountry(_places[group].Asn, _places[group].Country);

    public LatencyKey WidePrefixKey(int group)
    {
        var key = new LatencyKey(_evidence.Keys[group]);
        return key.Widen(key.Kind == LatencyKeyKind.IPv6 ? WideTable.WidePrefixIPv6 : WideTable.WidePrefixIPv4);
    }

    public GuessedPlace Place(int group, WideTable wide)
    {
        (int asn, int country) = wide.Find(_places[group].Asn, _places[group].Country);
        return new GuessedPlace(_kilometres[group], wide.Find(WidePrefixKey(group)), asn, country);
    }

    /// <summary>Prefixes of one family, ascending: the databases are gone through once beside them.</summary>
    private void Locate(int from, int to, GeoTable geo, LatencyPlaces places, bool isIPv6)
    {
        if (from == to)
            return;
        using GeoCursors networks = geo.Walk(isIPv6, withAsns: true);
        for (int group = from; group < to; group++)
        {
            ulong address = (ulong)(new LatencyKey(_evidence.Keys[group]).Address >> 64);
            networks.Locations.SkipTo(address);
            networks.Asns.SkipTo(address);
            (double[]? km, string country) = places.At(geo.Locations, networks.Locations.Location);
            GeoInvalid[group] = km is not null && IsFasterThanLight(group, km);
            _recorded[group] = km;
            _kilometres[group] = GeoInvalid[group] ? null : km;
            _places[group] = (networks.Asns.Asn, GeoInvalid[group] ? "" : country);
        }
    }

    private bool IsFasterThanLight(int group, double[] km)
    {
        for (int region = 0; region < _evidence.Regions; region++)
        {
            ref EvidenceCell cell = ref _evidence.Cells[(group * _evidence.Regions) + region];
            if (cell.Samples >= EvidenceCell.LeastForMedian && cell.Source != LatencySource.Import && cell.Median < LatencyOptions.FibreMsPerKm * km[region])
                return true;
        }

        return false;
    }
}
