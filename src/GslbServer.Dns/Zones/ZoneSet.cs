namespace GslbServer.Dns;

/// <summary>All zones of a node. A query belongs to the closest enclosing one. Frozen.</summary>
public sealed class ZoneSet
{
    public static readonly ZoneSet Empty = new([]);

    private readonly NameTable _apexes; // below the root name
    private readonly int[] _zoneAt; // zone index by node of the table, -1 between apexes
    private readonly Zone[] _zones;
    private readonly NameIndex? _index;

    public ZoneSet(IReadOnlyList<Zone> zones)
    {
        Zones = zones;
        _zones = [.. zones];
        var builder = new NameTableBuilder();
        int[] nodes = new int[_zones.Length];
        for (int i = 0; i < nodes.Length; i++) nodes[i] = builder.Add(new NameLabels(_zones[i].Apex.Wire), rootLabels: 0);
        _apexes = builder.Build();
        _zoneAt = new int[_apexes.Count];
        Array.Fill(_zoneAt, -1);
        for (int i = 0; i < nodes.Length; i++) _zoneAt[nodes[i]] = i;
        _index = NameIndex.Of(_zones);
    }

    private ZoneSet(ZoneSet like, IReadOnlyList<Zone> zones)
    {
        Zones = zones;
        _zones = [.. zones];
        (_apexes, _zoneAt, _index) = (like._apexes, like._zoneAt, like._index?.With(_zones));
    }

    private ZoneSet(ZoneSet like, Zone[] zones, NameIndex? index) => (Zones, _zones, _apexes, _zoneAt, _index) = (zones, zones, like._apexes, like._zoneAt, index);

    public IReadOnlyList<Zone> Zones { get; }

    /// <summary>The same zones, one of them after a small change of plain records: <see cref="ZoneUpdate"/>.</summary>
    /// <returns>Null where the change is not of this kind, and the zone has to be made anew.</returns>
    public ZoneSet? With(Zone zone, IReadOnlyList<ZoneChange> changes)
    {
        int at = Array.IndexOf(_zones, zone);
        if (at < 0 || _zones.Any(other => !ReferenceEquals(other, zone) && other.Apex.IsAtOrBelow(zone.Apex)) || ZoneUpdate.Of(zone, changes) is not { } update) return null;
        Zone[] zones = [.. _zones];
        zones[at] = update.Zone;
        NameIndex? index = _index?.With(zones, at, update.Moves);
        return index is null ? null : new ZoneSet(this, zones, index);
    }

    /// <summary>The same zones with other signatures.</summary>
    /// <param name="zones">In the same order, over the same names.</param>
    public ZoneSet With(IReadOnlyList<Zone> zones) => new(this, zones);

    /// <summary>The zone whose apex is this very name.</summary>
    public Zone? FindApex(ReadOnlySpan<byte> name)
    {
        var labels = new NameLabels(name);
        int node = 0;
        for (int i = labels.Count - 1; i >= 0 && node >= 0; i--) node = _apexes.FindChild(node, labels[i]);
        return node >= 0 && _zoneAt[node] >= 0 ? _zones[_zoneAt[node]] : null;
    }

    internal Zone this[int index] => _zones[index];

    /// <summary>Asks the processor for what looking up this query's name reads first. Whoever has several queries does this for all, then
    /// <see cref="PrefetchRecords"/> for all, and waits for memory once instead of twice for each.</summary>
    public void PrefetchName(in Query query)
    {
        if (query.NameHash != 0) _index?.PrefetchBucket(query.NameHash);
    }

    /// <summary>Asks the processor for the records of this query's name.</summary>
    public void PrefetchRecords(in Query query)
    {
        if (query.NameHash != 0) _index?.PrefetchEntry(query.NameHash);
    }

    /// <summary>Whole names; null where only the walk finds them.</summary>
    internal NameIndex? Index => _index;

    /// <summary>Index of the zone that answers for this name and type, or -1.</summary>
    /// <remarks>The DS RRset of a zone's apex is the parent's, so the parent answers if it is served here (RFC 4035 section 3.1.4.1).</remarks>
    internal int Find(in NameLabels name, RecordType type)
    {
        int best = _zoneAt[0];
        int node = 0;
        for (int i = name.Count - 1; i >= 0; i--)
        {
            node = _apexes.FindChild(node, name[i]);
            if (node < 0) break;
            bool isParentsBusiness = i == 0 && type == RecordType.DS && best >= 0;
            if (_zoneAt[node] >= 0 && !isParentsBusiness) best = _zoneAt[node];
        }
        return best;
    }

    /// <summary>The steered name that a name is, or that its CNAMEs lead to within our zones; -1 for none.</summary>
    internal int FindSteered(ReadOnlySpan<byte> wire)
    {
        for (int link = 0; link <= AliasChain.Longest; link++)
        {
            var name = new NameLabels(wire);
            int index = Find(name, RecordType.A);
            if (index < 0) return -1;
            Zone zone = _zones[index];
            LookupResult found = ZoneLookup.Find(zone, name, first: 0, RecordType.A);
            if (found.Kind != LookupKind.Match) return -1;
            if (zone.Is(found.Node, NodeFlags.Steered)) return zone.SteeringIndexOf(found.Node);
            if (!zone.Is(found.Node, NodeFlags.Cname)) return -1;
            wire = zone.Find(found.Node, RecordType.CNAME).First;
        }
        return -1;
    }
}
