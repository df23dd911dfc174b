using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>The RRsets of one name while they change.</summary>
internal sealed class OwnerUpdate
{
    private readonly SortedDictionary<RecordType, (uint Ttl, List<byte[]> Rdata)> _sets = [];
    private readonly bool _isSpecial;
    private readonly bool _hadAddresses;

    public OwnerUpdate(Zone zone, DomainName owner)
    {
        const NodeFlags special = NodeFlags.Cut | NodeFlags.Dname | NodeFlags.Cname | NodeFlags.Steered;
        Owner = owner;
        int node = owner.IsAtOrBelow(zone.Apex) ? zone.NodeOf(owner) : -1;
        if (node < 0) return;
        _isSpecial = (zone.FlagsOf(node) & special) != 0;
        foreach (RRset set in zone.SetsOf(node))
        {
            _isSpecial |= set.Type is RecordType.REGION or RecordType.CHECK or RecordType.STEER;
            var rdata = new List<byte[]>();
            for (ReadOnlySpan<byte> data = set.Data; !data.IsEmpty; data = data[(2 + BinaryPrimitives.ReadUInt16BigEndian(data))..])
                rdata.Add(data.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(data)).ToArray());
            _sets.Add(set.Type, (set.Ttl, rdata));
        }
        _hadAddresses = HasAddresses;
    }

    public DomainName Owner { get; }

    public bool IsEmpty => _sets.Count == 0;

    public bool LosesAddresses => _hadAddresses && !HasAddresses;

    private bool HasAddresses => _sets.ContainsKey(RecordType.A) || _sets.ContainsKey(RecordType.AAAA);

    /// <returns>False where it is not there, or the name is not one of the plain ones.</returns>
    public bool TryDelete(TransferRecord record)
    {
        if (_isSpecial || !_sets.TryGetValue(record.Type, out var set)) return false;
        int at = set.Rdata.FindIndex(rdata => CanonicalRdata.AreEqual(record.Type, rdata, record.Rdata));
        if (at < 0) return false;
        set.Rdata.RemoveAt(at);
        if (set.Rdata.Count == 0) _sets.Remove(record.Type);
        return true;
    }

    /// <returns>False where it is there already, has another TTL than its RRset, or the name is not one of the plain ones.</returns>
    public bool TryAdd(TransferRecord record)
    {
        if (_isSpecial) return false;
        if (!_sets.TryGetValue(record.Type, out var set)) _sets.Add(record.Type, set = (record.Ttl, []));
        if (set.Ttl != record.Ttl || set.Rdata.Count >= 1_000 || set.Rdata.Exists(rdata => CanonicalRdata.AreEqual(record.Type, rdata, record.Rdata))) return false;
        set.Rdata.Add(record.Rdata);
        return true;
    }

    public void SetSoa(TransferRecord soa) => _sets[RecordType.SOA] = (soa.Ttl, [soa.Rdata]);

    /// <summary>What stands behind the label of a node.</summary>
    public byte[] Content(NodeFlags flags)
    {
        byte[] content = new byte[Zone.NodeHeaderLength + _sets.Values.Sum(set => RRset.HeaderLength + set.Rdata.Sum(rdata => 2 + rdata.Length))];
        content[0] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(1), (ushort)_sets.Count);
        Span<byte> to = content.AsSpan(Zone.NodeHeaderLength);
        foreach ((RecordType type, (uint ttl, List<byte[]> records)) in _sets)
        {
            RRset.WriteHeader(to, type, records.Count, ttl, records.Sum(rdata => 2 + rdata.Length));
            to = to[RRset.HeaderLength..];
            foreach (byte[] rdata in records)
            {
                BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)rdata.Length);
                rdata.CopyTo(to[2..]);
                to = to[(2 + rdata.Length)..];
            }
        }
        return content;
    }

    public static byte[] EmptyContent(NodeFlags flags) => [(byte)flags, 0, 0];
}
