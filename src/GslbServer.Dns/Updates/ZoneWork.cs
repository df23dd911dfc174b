using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>A zone while an update changes it: RRsets are copied as they are touched, and what differs in the end is the change.</summary>
internal sealed class ZoneWork(Zone zone)
{
    private readonly Dictionary<DomainName, Dictionary<RecordType, WorkSet>> _before = [], _now = [];

    public Zone Zone => zone;

    public bool IsApex(DomainName name) => name.Equals(zone.Apex);

    /// <summary>The RRsets of a name as they are now. Those taken out are not among them.</summary>
    public Dictionary<RecordType, WorkSet> At(DomainName owner)
    {
        if (_now.TryGetValue(owner, out Dictionary<RecordType, WorkSet>? known)) return known;
        Dictionary<RecordType, WorkSet> before = Read(owner);
        _before[owner] = before;
        return _now[owner] = before.ToDictionary(s => s.Key, s => new WorkSet(s.Value.Ttl, [.. s.Value.Rdata]));
    }

    /// <summary>Whether configuration of steering stands at a name.</summary>
    public bool IsSteering(DomainName owner) => At(owner).Keys.Any(type => type is RecordType.REGION or RecordType.CHECK or RecordType.STEER);

    /// <summary>Puts a record in, or gives its RRset another TTL.</summary>
    public void Add(DomainName owner, RecordType type, uint ttl, byte[] rdata)
    {
        Dictionary<RecordType, WorkSet> sets = At(owner);
        if (!sets.TryGetValue(type, out WorkSet? set)) sets[type] = set = new WorkSet(ttl, []);
        set.Ttl = ttl; // one TTL for an RRset: the last given (RFC 2181 section 5.2)
        int same = set.Rdata.FindIndex(other => CanonicalRdata.AreEqual(type, other, rdata));
        if (same < 0) set.Rdata.Add(rdata);
    }

    public void Remove(DomainName owner, RecordType type, byte[] rdata)
    {
        Dictionary<RecordType, WorkSet> sets = At(owner);
        if (sets.TryGetValue(type, out WorkSet? set) && set.Rdata.RemoveAll(other => CanonicalRdata.AreEqual(type, other, rdata)) > 0 && set.Rdata.Count == 0) sets.Remove(type);
    }

    /// <summary>What differs from the zone: records deleted, and records added; one whose TTL changes is both.</summary>
    public (IReadOnlyList<TransferRecord> Deleted, IReadOnlyList<TransferRecord> Added) Difference()
    {
        var deleted = new List<TransferRecord>();
        var added = new List<TransferRecord>();
        foreach ((DomainName owner, Dictionary<RecordType, WorkSet> now) in _now)
        {
            Dictionary<RecordType, WorkSet> before = _before[owner];
            foreach (RecordType type in before.Keys.Union(now.Keys))
            {
                WorkSet? old = before.GetValueOrDefault(type), set = now.GetValueOrDefault(type);
                deleted.AddRange(Beyond(owner, type, old, set));
                added.AddRange(Beyond(owner, type, set, old));
            }
        }
        return (deleted, added);
    }

    private static IEnumerable<TransferRecord> Beyond(DomainName owner, RecordType type, WorkSet? set, WorkSet? other) => (set?.Rdata ?? [])
        .Where(rdata => other is null || other.Ttl != set!.Ttl || !other.Rdata.Exists(o => CanonicalRdata.AreEqual(type, o, rdata)))
        .Select(rdata => new TransferRecord(owner, type, set!.Ttl, rdata));

    private Dictionary<RecordType, WorkSet> Read(DomainName owner)
    {
        var sets = new Dictionary<RecordType, WorkSet>();
        int node = zone.NodeOf(owner);
        if (node < 0) return sets;
        foreach (RRset set in zone.SetsOf(node))
        {
            var all = new List<byte[]>(set.Count);
            for (ReadOnlySpan<byte> data = set.Data; !data.IsEmpty; data = data[(2 + BinaryPrimitives.ReadUInt16BigEndian(data))..])
            {
                all.Add(data.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(data)).ToArray());
            }
            sets[set.Type] = new WorkSet(set.Ttl, all);
        }
        return sets;
    }
}

/// <summary>An RRset while an update changes it.</summary>
internal sealed class WorkSet(uint ttl, List<byte[]> rdata)
{
    public uint Ttl { get; set; } = ttl;

    public List<byte[]> Rdata { get; } = rdata;
}
