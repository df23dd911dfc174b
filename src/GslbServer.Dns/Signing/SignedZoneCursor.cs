using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>All records of a signed zone but its SOA, as servers serve it that do not steer: what stands beside a STEER, with keys, signatures and denial of just that. REGION, CHECK and
/// STEER are left out, names with nothing else too; where that makes denial another, it is signed anew. Zones with compact denial have no chain that others could serve.</summary>
/// <remarks>Name by name as they lie in the zone, then NSEC3.</remarks>
internal sealed class SignedZoneCursor : IRecordCursor
{
    private readonly Zone _zone;
    private readonly ZoneSignatures _signed;
    private readonly IEnumerator<Record> _records;
    private readonly byte[] _name = new byte[DomainName.MaxLength];

    /// <param name="zone">With signatures, and a chain of denial.</param>
    public SignedZoneCursor(Zone zone)
    {
        _zone = zone;
        _signed = zone.Signatures is { IsCompact: false } signed ? signed : throw new ArgumentException("no chain of denial", nameof(zone));
        _records = All().GetEnumerator();
    }

    public ReadOnlySpan<byte> Owner => _records.Current.Owner;

    public RecordType Type => _records.Current.Type;

    public uint Ttl => _records.Current.Ttl;

    public ReadOnlySpan<byte> Rdata => _records.Current.Rdata;

    public bool MoveNext() => _records.MoveNext();

    private IEnumerable<Record> All()
    {
        var here = new List<Record>();
        for (int node = 0; node < _zone.Names.Count; node++)
        {
            TakeName(node, here);
            foreach (Record record in here) yield return record;
        }
        for (int index = 0; index < (_signed.Nsec3?.Count ?? 0); index++)
        {
            TakeHash(index, here);
            foreach (Record record in here) yield return record;
        }
    }

    private void TakeName(int node, List<Record> here)
    {
        here.Clear();
        byte[] owner = _zone.Names.NameOf(node, _zone.Apex.Wire, _name).ToArray();
        foreach (RRset set in _zone.SetsOf(node))
        {
            if (!NameTypes.IsConfiguration(set.Type) && !(node == 0 && set.Type == RecordType.SOA)) Take(owner, set.Type, set.Ttl, set.Data, here);
        }
        bool isAnother = _signed.Nsec is not null && TakeFallback(node, owner, here);
        foreach (RRset set in _signed.Names.SetsOf(node))
        {
            if (!(isAnother && set.Type == RecordType.NSEC)) Take(owner, set.Type, set.Ttl, set.Data, here);
        }
        foreach (RRset set in _signed.Names.SignaturesOf(node))
        {
            if (!(isAnother && set.Type == RecordType.NSEC)) Take(owner, RecordType.RRSIG, set.Ttl, set.Data, here);
        }
    }

    private void TakeHash(int index, List<Record> here)
    {
        here.Clear();
        byte[] owner = [.. new byte[Nsec3Hash.LabelLength], .. _zone.Apex.Wire];
        Nsec3Hash.WriteLabel(_signed.Nsec3!.HashAt(index), owner);
        if (TakeFallback(_signed.Nsec3.NodeAt(index), owner, here)) return;
        foreach (RRset set in _signed.Hashed!.SetsOf(index)) Take(owner, set.Type, set.Ttl, set.Data, here);
        foreach (RRset set in _signed.Hashed.SignaturesOf(index)) Take(owner, RecordType.RRSIG, set.Ttl, set.Data, here);
    }

    /// <returns>Whether the denial of a name is another than that of the steered zone, or none.</returns>
    private bool TakeFallback(int node, byte[] owner, List<Record> here)
    {
        if (!_signed.Fallbacks.TryGetValue(node, out FallbackDenial? denial)) return false;
        if (denial is null) return true;
        here.Add(new Record(owner, denial.Type, _zone.NegativeTtl, denial.Rdata));
        Take(owner, RecordType.RRSIG, _zone.NegativeTtl, denial.Signatures, here);
        return true;
    }

    private static void Take(byte[] owner, RecordType type, uint ttl, ReadOnlySpan<byte> data, List<Record> here)
    {
        for (; !data.IsEmpty; data = data[(2 + BinaryPrimitives.ReadUInt16BigEndian(data))..])
            here.Add(new Record(owner, type, ttl, data.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(data)).ToArray()));
    }

    private sealed record Record(byte[] Owner, RecordType Type, uint Ttl, byte[] Rdata);
}
