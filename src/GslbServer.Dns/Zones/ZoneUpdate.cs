using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>A zone after a small change of plain records, made of the zone before: only what changed is written, behind what is there, and only the tables that find it are copied. A zone of a million names
/// takes that in tenths of a second, where all checks take seconds.</summary>
/// <remarks>It takes what cannot break a zone: records of types that say nothing of its structure, at names that are no alias, no cut, not steered, and not below such. All else is for
/// <see cref="ZonePatch"/> and the checks of a whole zone.</remarks>
internal sealed class ZoneUpdate
{
    /// <summary>Records beyond which a change is not small.</summary>
    private const int MostRecords = 1_000;

    private readonly Zone _before;
    private readonly NameTableUpdate _names;
    private readonly TransferRecord _soa;

    private ZoneUpdate(Zone before, TransferRecord soa)
    {
        (_before, _soa) = (before, soa);
        _names = new NameTableUpdate(before.Names);
    }

    public Zone Zone { get; private set; } = null!;

    /// <summary>Names whose entry stands elsewhere now; -1 for one that was not, or is no longer.</summary>
    public List<(ulong Hash, int Before, int After)> Moves { get; } = [];

    /// <returns>Null where the change is not of this kind.</returns>
    public static ZoneUpdate? Of(Zone zone, IReadOnlyList<ZoneChange> changes)
    {
        if (!zone.IsLarge || zone.IsExpired || zone.Signatures is not null || changes[0].FromSerial != zone.Serial || changes.Sum(c => c.Count) > MostRecords) return null;
        var owners = new Dictionary<DomainName, OwnerUpdate>();
        foreach (ZoneChange change in changes)
        {
            foreach (TransferRecord record in change.Deleted)
            {
                if (!IsPlain(record) || !OwnerOf(record.Owner).TryDelete(record)) return null;
            }
            foreach (TransferRecord record in change.Added)
            {
                if (!IsPlain(record) || !OwnerOf(record.Owner).TryAdd(record)) return null;
            }
        }
        var update = new ZoneUpdate(zone, changes[^1].To);
        OwnerOf(zone.Apex).SetSoa(update._soa);
        if (owners.Values.Any(o => o.LosesAddresses && update.NeedsAddressesOf(o.Owner))) return null;
        if (!owners.All(o => update.TryWrite(o.Key, o.Value)) || update._names.Build() is not { } names) return null;
        update.Zone = zone.After(names);
        return update;

        OwnerUpdate OwnerOf(DomainName owner)
        {
            if (!owners.TryGetValue(owner, out OwnerUpdate? known)) owners.Add(owner, known = new OwnerUpdate(zone, owner));
            return known;
        }
    }

    /// <summary>Types that may come and go without a look at the rest of the zone.</summary>
    private static bool IsPlain(TransferRecord record) => !record.Owner.IsWildcard
        && record.Type is RecordType.A or RecordType.AAAA or RecordType.TXT or RecordType.PTR or RecordType.CAA or RecordType.TLSA or RecordType.SSHFP or RecordType.HTTPS or RecordType.SVCB;

    private bool TryWrite(DomainName owner, OwnerUpdate update)
    {
        var labels = new NameLabels(owner.Wire);
        int node = 0, parent = 0, label = labels.Count - _before.ApexLabels - 1;
        if (!owner.IsAtOrBelow(_before.Apex)) return false;
        for (; label >= 0; label--)
        {
            const NodeFlags other = NodeFlags.Cut | NodeFlags.Dname;
            if (node < _before.Names.Count && _before.Is(node, other)) return false;
            int child = _names.FindChild(node, labels[label]);
            if (child < 0) break;
            (parent, node) = (node, child);
        }
        if (label < 0) return TryReplace(owner, node, parent, update);
        if (update.IsEmpty) return false;
        for (; label >= 0; label--)
        {
            bool isOwner = label == 0;
            node = _names.Add(node, labels[label], isOwner ? update.Content(NodeFlags.None) : OwnerUpdate.EmptyContent(NodeFlags.Empty));
            Moves.Add((HashOf(labels.From(label)), -1, _names.EntryOf(node)));
        }
        return true;
    }

    private bool TryReplace(DomainName owner, int node, int parent, OwnerUpdate update)
    {
        NodeFlags kept = node < _before.Names.Count ? _before.FlagsOf(node) & NodeFlags.HasWildcard : NodeFlags.None;
        int before = _names.EntryOf(node);
        if (!update.IsEmpty)
        {
            _names.Replace(node, update.Content(kept));
            Moves.Add((HashOf(owner.Wire), before, _names.EntryOf(node)));
            return true;
        }
        if (_names.HasChild(node) || parent >= _before.Names.Count || (parent != 0 && _before.Is(parent, NodeFlags.Empty))) return false;
        _names.Remove(node, OwnerUpdate.EmptyContent(NodeFlags.Empty | NodeFlags.Gone));
        Moves.Add((HashOf(owner.Wire), before, -1));
        return true;
    }

    /// <summary>Whether a name server of this zone, or maybe one of a delegation, is called so.</summary>
    private bool NeedsAddressesOf(DomainName owner)
    {
        if (_before.HasCuts) return true;
        for (ReadOnlySpan<byte> data = _before.Find(0, RecordType.NS).Data; !data.IsEmpty; data = data[(2 + BinaryPrimitives.ReadUInt16BigEndian(data))..])
        {
            if (NameOctets.EqualsIgnoreCase(data.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(data)), owner.Wire)) return true;
        }
        return false;
    }

    private static ulong HashOf(ReadOnlySpan<byte> name) => NameOctets.LongHash(name);
}
