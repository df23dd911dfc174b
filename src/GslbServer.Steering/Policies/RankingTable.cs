namespace GslbServer.Steering;

/// <summary>The order of targets in every place: rules applied to all of a geo database, once per change of either. Shared by the names with equal rules.</summary>
internal sealed class RankingTable
{
    /// <summary>The class of private networks that neither the zone nor the geo database knows: ask for the resolver's instead.</summary>
    public const int PrivateClass = 0;

    // One array for all orders: with dozens of regions there are a hundred thousand of them.
    private readonly byte[] _orders;
    private readonly int[] _starts;
    private readonly byte[] _gaps = [];
    private readonly ulong[] _allowed;
    private readonly int[] _nearest;

    /// <summary>Classes whose first target is one that is tried.</summary>
    private readonly HashSet<int> _explored;

    /// <param name="gaps">As the orders; empty where prices move nothing.</param>
    private RankingTable(RankingRules rules, PlaceTable? places, IReadOnlyList<byte[]> orders, IReadOnlyList<byte[]> gaps, IReadOnlyList<int> nearest, HashSet<int> explored)
    {
        _nearest = [.. nearest];
        Rules = rules;
        _explored = explored;
        Places = places;
        _orders = new byte[orders.Sum(order => order.Length)];
        _starts = new int[orders.Count + 1];
        for (int i = 0; i < orders.Count; i++)
        {
            orders[i].CopyTo(_orders, _starts[i]);
            _starts[i + 1] = _starts[i] + orders[i].Length;
        }

        if (gaps.Count > 0)
            _gaps = [.. gaps.SelectMany(gap => gap)];
        _allowed = [.. orders.Select(order => order.Aggregate(0UL, (mask, target) => mask | (1UL << target)))];
        AllAllowed = [.. _allowed.Distinct()];
    }

    public RankingRules Rules { get; }

    /// <summary>Null when every place has the same order: such a name does not look at its clients, and its scope is 0.</summary>
    public PlaceTable? Places { get; }

    /// <param name="latency">What was measured; null for nothing.</param>
    public static RankingTable Compile(RankingRules rules, GeoTable geo, LatencyLayers? latency = null)
    {
        var classes = new OrderClasses(rules);
        int unknown = classes.OfUnknown();
        if (!rules.DependsOnPlace)
            return classes.One(unknown);

        PlaceTable places = rules.Measured is null || latency is null
            ? PlaceTable.Compile(geo, rules.UsesAsn, rules.Networks, (location, asn, network) => ClassOf(location, asn, network, LatencyLayers.Nothing))
            : CompileMeasured();

        // The class of private networks has the order of places that nothing is known of, for when the resolver is private too.
        return classes.Orders.Count == 2
            ? classes.One(unknown)
            : new RankingTable(rules, places, classes.Orders, classes.Gaps, classes.Nearest, classes.Explored);

        PlaceTable CompileMeasured()
        {
            var pairs = new List<(int Network, int Entry)>();
            ZoneRanges ipv4 = latency.Overlay(ZoneRanges.Of(rules.Networks, isIPv6: false), isIPv6: false, pairs);
            ZoneRanges ipv6 = latency.Overlay(ZoneRanges.Of(rules.Networks, isIPv6: true), isIPv6: true, pairs);
            return PlaceTable.Compile(geo, rules.UsesAsn, ipv4, ipv6, (location, asn, pair) => pair < 0
                ? ClassOf(location, asn, -1, LatencyLayers.Nothing) : ClassOf(location, asn, pairs[pair].Network, pairs[pair].Entry));
        }

        int ClassOf(int location, uint asn, int network, int entry)
            => rules.IsNowhere(location, asn, network, entry) ? PrivateClass : classes.Of(geo.Locations[location], asn, network, entry, latency?.VariantOf(entry) ?? 0);
    }

    /// <summary>How many classes of places there are; one when every place has the same order.</summary>
    public int ClassCount => _allowed.Length;

    /// <summary>Allowed targets in order. Hot.</summary>
    public ReadOnlySpan<byte> Order(int placeClass) => _orders.AsSpan(_starts[placeClass].._starts[placeClass + 1]);

    /// <summary>As the order: how much farther away each is than the first. Empty where prices move nothing. Hot.</summary>
    public ReadOnlySpan<byte> Gaps(int placeClass) => _gaps.Length == 0 ? default : _gaps.AsSpan(_starts[placeClass].._starts[placeClass + 1]);

    public ulong Allowed(int placeClass) => _allowed[placeClass];

    /// <summary>With <c>health-view=local</c>, the region (index into <see cref="Topology.Regions"/>) nearest to the places of a class; else, and where that is not known, -1.</summary>
    public int NearestRegion(int placeClass) => _nearest[placeClass];

    /// <summary>Whether the first target of a class is tried for a while (<see cref="LatencyExploration"/>): its answers are to be forgotten soon.</summary>
    public bool IsExplored(int placeClass) => _explored.Count > 0 && _explored.Contains(placeClass);

    /// <summary>What the fences leave in some class of places, each once.</summary>
    public ulong[] AllAllowed { get; }

    /// <summary>Equal orders are one class, however many places have them; where prices move them, those with equal gaps too.</summary>
    private sealed class OrderClasses(RankingRules rules)
    {
        private readonly Dictionary<string, int> _classes = [];

        /// <summary>The first entry, the private class, is that of unknown places again.</summary>
        public List<byte[]> Orders { get; } = [[]];

        public List<byte[]> Gaps { get; } = rules.IsPriced ? [[]] : [];

        public List<int> Nearest { get; } = [-1];

        public HashSet<int> Explored { get; } = [];

        /// <summary>Every place has the same.</summary>
        public RankingTable One(int placeClass) => new(rules, null, [Orders[placeClass]], rules.IsPriced ? [Gaps[placeClass]] : [], [Nearest[placeClass]], []);

        public int OfUnknown()
        {
            int unknown = Of(Location.Unknown, 0, -1, LatencyLayers.Nothing, 0);
            Orders[PrivateClass] = Orders[unknown];
            if (rules.IsPriced)
                Gaps[PrivateClass] = Gaps[unknown];
            Nearest[PrivateClass] = Nearest[unknown];
            return unknown;
        }

        /// <param name="variant">Equal orders of different variants are different classes, and so keep the leaves of neighbours apart.</param>
        public int Of(Location location, uint asn, int network, int entry, int variant)
        {
            Span<byte> order = stackalloc byte[TopologyLimits.TargetsPerName];
            Span<byte> gaps = stackalloc byte[rules.IsPriced ? order.Length : 0];
            order = order[..rules.Order(location, asn, network, order, entry, out bool isExplored, gaps)];
            gaps = gaps[..Math.Min(gaps.Length, order.Length)];
            int nearest = rules.NearestRegion(location);
            Span<char> key = stackalloc char[order.Length + 3];
            key[^1] = (char)variant;
            key[^2] = (char)(nearest + 1);
            key[^3] = isExplored ? '!' : ' ';
            for (int i = 0; i < order.Length; i++)
                key[i] = (char)(order[i] | (gaps.IsEmpty ? 0 : gaps[i] << 8));

            Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _classes.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(key, out int found))
            {
                found = Orders.Count;
                Orders.Add(order.ToArray());
                if (rules.IsPriced)
                    Gaps.Add(gaps.ToArray());
                Nearest.Add(nearest);
                lookup[key] = found;
                if (isExplored)
                    Explored.Add(found);
            }

            return found;
        }
    }
}
