using System.Collections.Immutable;
using System.Net;

namespace GslbServer.Steering;

/// <summary>In which order a place gets the targets of a name: fences and <c>map</c> first, then distance or the order written. Names with equal <see cref="Key"/> share
/// all that follows.</summary>
internal sealed class RankingRules
{
    private readonly int _count;
    private readonly bool _byDistance;
    private readonly BiasedSite[][] _sites;
    private readonly PlaceRuleSet _map;
    private readonly PlaceRuleSet _only;
    private readonly PlaceRuleSet _except;
    private readonly int _ownNetworks;
    private readonly Site[] _vantageSites;

    /// <param name="sites">For each target the regions that it may lead to.</param>
    /// <param name="latency">What was measured, for names that go by it; null for nothing.</param>
    /// <param name="regions">All of the topology: where vantages may stand, for <c>health-view=local</c>.</param>
    public RankingRules(SteeredName name, ImmutableArray<ImmutableArray<Region>> sites, LatencyLayers? latency = null, ImmutableArray<Region> regions = default)
    {
        _vantageSites = name.LocalHealthView && !regions.IsDefault ? [.. regions.Select(region => Site.At(region.Latitude, region.Longitude))] : [];
        _count = name.Targets.Length;
        _byDistance = name.Policy is PolicyKind.Geo or PolicyKind.Latency or PolicyKind.Load;
        _sites = [.. sites.Select(regions => regions.Select(BiasedSite.Of).ToArray())];
        ImmutableArray<PlaceRule> map = _byDistance ? name.Map : [];
        PlaceRule[] all = [.. map, .. name.Only, .. name.Except];
        IPNetwork[] own = [.. all.Where(rule => rule.Kind == PlaceKind.Network).Select(rule => rule.Network).Distinct()];
        _ownNetworks = own.Length;
        Networks = [.. own, .. PrivateNetworks.Blocks.Except(own)];
        if (latency is not null && (name.Policy == PolicyKind.Latency || name is { Policy: PolicyKind.Load, LoadByGeo: false }))
            Measured = new MeasuredOrder(latency, sites, name.Within, name.WithinPercent);
        UsesAsn = all.Any(rule => rule.Kind == PlaceKind.Asn) || Measured is { HasAsns: true };
        _map = new PlaceRuleSet(map, Networks);
        _only = new PlaceRuleSet(name.Only, Networks);
        _except = new PlaceRuleSet(name.Except, Networks);
        DependsOnPlace = (_count > 1 && (_byDistance || all.Length > 0)) || _vantageSites.Length > 1;
        Key = KeyOf(name, sites, map) + (Measured is null ? "" : $"|{name.Within.Ticks} {name.WithinPercent} {Labels(sites)}")
            + (_vantageSites.Length == 0 ? "" : $"|local {string.Join(' ', _vantageSites)}");
    }

    public string Key { get; }

    public bool DependsOnPlace { get; }

    public bool UsesAsn { get; }

    /// <summary>Null for names that do not go by round trips, and while nothing is measured.</summary>
    public MeasuredOrder? Measured { get; }

    /// <summary>Those that the zone names, then the private blocks, so that each has leaves of its own.</summary>
    public ImmutableArray<IPNetwork> Networks { get; }

    /// <summary>Whether this network says nothing of the client's place: a private block, or a part of one that the zone does not name.</summary>
    public bool IsPrivate(int network) => network >= _ownNetworks;

    /// <summary>The longest of <see cref="Networks"/> around an address, or -1. Cold: for explain.</summary>
    public int NetworkOf(in Client client)
    {
        IPAddress address = client.ToAddress();
        int best = -1;
        for (int i = 0; i < Networks.Length; i++)
        {
            if (Networks[i].Contains(address) && (best < 0 || Networks[i].PrefixLength > Networks[best].PrefixLength))
                best = i;
        }

        return best;
    }

    /// <summary>Whether nothing at all is known of a place but that its addresses are private: the resolver's counts instead.</summary>
    public bool IsNowhere(int location, uint asn, int network, int entry) => network >= 0 && IsPrivate(network) && location == 0 && asn == 0 && entry < 0;

    /// <summary>Fences: the targets that a place may have.</summary>
    public ulong Allowed(Location location, uint asn, int network)
    {
        ulong all = _count == 64 ? ulong.MaxValue : (1UL << _count) - 1;
        if (_only.Best(location, asn, network) is { } only)
            all = PlaceRuleSet.MaskOf(only);
        return all & ~_except.AllTargets(location, asn, network);
    }

    public PlaceRule? OnlyAt(Location location, uint asn, int network) => _only.Best(location, asn, network);

    public PlaceRule? MapAt(Location location, uint asn, int network) => _map.Best(location, asn, network);

    /// <summary>Ordinals of the allowed targets in order.</summary>
    /// <param name="order">At least as long as there are targets.</param>
    /// <param name="entry">Where the place lies in what was measured (<see cref="LatencyLayers.Parse"/>); -1 for nowhere.</param>
    /// <returns>How many.</returns>
    public int Order(Location location, uint asn, int network, Span<byte> order, int entry = -1)
    {
        ulong left = Allowed(location, asn, network);
        int count = 0;
        if (_map.Best(location, asn, network) is { } rule)
        {
            foreach (int target in rule.Targets)
            {
                if ((left & (1UL << target)) == 0)
                    continue;
                order[count++] = (byte)target;
                left &= ~(1UL << target);
            }
        }

        int mapped = count;
        // Sorting metres with the ordinal below them makes ties within a metre fall in the order written.
        Span<ulong> keys = stackalloc ulong[TopologyLimits.TargetsPerName];
        int rest = 0;
        Site client = default;
        bool measured = _byDistance && PlaceCentres.Find(location, out client) is not null;
        for (int target = 0; target < _count; target++)
        {
            if ((left & (1UL << target)) != 0)
                keys[rest++] = ((measured ? (ulong)Math.Round(Metres(target, client)) : 0) << 6) | (uint)target;
        }

        keys = keys[..rest];
        if (measured)
            keys.Sort();
        foreach (ulong key in keys)
            order[count++] = (byte)(key & 63);
        Measured?.Sort(order[mapped..count], entry, location, asn);
        return count;
    }

    /// <summary>The region nearest to a place, whatever its bias; -1 for a place that is not known, and where vantages are not told apart.</summary>
    public int NearestRegion(Location location)
    {
        if (_vantageSites.Length == 0 || PlaceCentres.Find(location, out Site client) is null)
            return -1;
        int nearest = 0;
        for (int region = 1; region < _vantageSites.Length; region++)
        {
            if (_vantageSites[region].MetresTo(client) < _vantageSites[nearest].MetresTo(client))
                nearest = region;
        }

        return nearest;
    }

    /// <summary>Biased distance: what the order goes by. Of a nested name, that of the nearest region it may lead to.</summary>
    public double Metres(int target, in Site client)
    {
        double nearest = double.MaxValue;
        foreach (ref readonly BiasedSite site in _sites[target].AsSpan())
            nearest = Math.Min(nearest, site.MetresTo(client));
        return nearest;
    }

    private string KeyOf(SteeredName name, ImmutableArray<ImmutableArray<Region>> sites, ImmutableArray<PlaceRule> map)
    {
        string where = _byDistance ? string.Join(';', sites.Select(regions => string.Join(',', regions.Select(region => FormattableString.Invariant(
            $"{region.Latitude:R} {region.Longitude:R} {region.Bias}"))))) : "";
        return $"{_count}|{where}|{Text(map)}|{Text(name.Only)}|{Text(name.Except)}";
    }

    /// <summary>Round trips go by labels: two places may be one for distances, and two for them.</summary>
    private static string Labels(ImmutableArray<ImmutableArray<Region>> sites) => string.Join(';', sites.Select(regions => string.Join(',', regions.Select(region => region.Label))));

    private static string Text(ImmutableArray<PlaceRule> rules) => string.Join(' ', rules.Select(rule =>
        FormattableString.Invariant($"{new Place(rule.Kind, rule.Code, rule.Asn, rule.Network)}:{string.Join('/', rule.Targets)}")));
}
