using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>Finds what changed between two compilations of one zone: a walk over both, in which equal names cost one comparison.</summary>
public sealed class ZoneDifference
{
    private readonly Zone _before, _after;
    private readonly int _limit;
    private readonly List<TransferRecord> _deleted = [], _added = [];

    private ZoneDifference(Zone before, Zone after, int limit) => (_before, _after, _limit) = (before, after, limit);

    /// <param name="limit">Records beyond which a difference is no longer of use.</param>
    /// <returns>Null where more than that has changed.</returns>
    public static ZoneChange? Between(Zone before, Zone after, int limit = TransferLimits.JournalRecords)
    {
        var difference = new ZoneDifference(before, after, limit);
        return difference.TryWalk() ? new ZoneChange(TransferSource.SoaOf(before), difference._deleted, TransferSource.SoaOf(after), difference._added) : null;
    }

    private bool TryWalk()
    {
        int[] nodeBefore = new int[_after.Names.Count]; // of a node after, the same name before; -1 for none
        bool[] isMet = new bool[_before.Names.Count];
        for (int node = 0; node < nodeBefore.Length; node++)
        {
            int parent = node == 0 ? 0 : nodeBefore[_after.Names.ParentOf(node)];
            int old = node == 0 ? 0 : parent < 0 ? -1 : _before.Names.FindChild(parent, _after.Names.LabelOf(node));
            nodeBefore[node] = old;
            if (old >= 0) isMet[old] = true;
            Compare(old, node);
            if (_deleted.Count + _added.Count > _limit) return false;
        }
        for (int old = 0; old < isMet.Length && _deleted.Count + _added.Count <= _limit; old++)
        {
            if (!isMet[old]) Compare(old, -1);
        }
        return _deleted.Count + _added.Count <= _limit;
    }

    /// <param name="old">Node before, or -1.</param>
    /// <param name="node">Node after, or -1.</param>
    private void Compare(int old, int node)
    {
        RRsetWalk before = old < 0 ? default : _before.SetsOf(old), after = node < 0 ? default : _after.SetsOf(node);
        foreach (RRset set in before)
        {
            if (!IsSame(set, node < 0 ? default : after.Find(set.Type))) AddSide(_before, old, set, node < 0 ? default : after.Find(set.Type), _deleted);
        }
        foreach (RRset set in after)
        {
            if (!IsSame(set, old < 0 ? default : before.Find(set.Type))) AddSide(_after, node, set, old < 0 ? default : before.Find(set.Type), _added);
        }
    }

    private static bool IsSame(in RRset left, in RRset right) => left.Count == right.Count && left.Ttl == right.Ttl && left.Data.SequenceEqual(right.Data);

    /// <summary>Takes down the records of an RRset that the other side has not, at this TTL.</summary>
    private static void AddSide(Zone zone, int node, in RRset set, in RRset other, List<TransferRecord> to)
    {
        if (node == 0 && set.Type == RecordType.SOA) return;
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        DomainName owner = DomainName.FromWire(zone.Names.NameOf(node, zone.Apex.Wire, name));
        HashSet<string> known = [];
        if (other.Count > 0 && other.Ttl == set.Ttl)
        {
            for (ReadOnlySpan<byte> data = other.Data; !data.IsEmpty; data = data[(2 + LengthOf(data))..]) known.Add(Convert.ToHexString(data.Slice(2, LengthOf(data))));
        }
        for (ReadOnlySpan<byte> data = set.Data; !data.IsEmpty; data = data[(2 + LengthOf(data))..])
        {
            ReadOnlySpan<byte> rdata = data.Slice(2, LengthOf(data));
            if (!known.Contains(Convert.ToHexString(rdata))) to.Add(new TransferRecord(owner, set.Type, set.Ttl, rdata.ToArray()));
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt16BigEndian(data);
}
