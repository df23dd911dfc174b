namespace GslbServer.Dns;

/// <summary>What stands at a name, as far as checks ask.</summary>
[Flags]
internal enum NameContent : ushort
{
    None = 0, Soa = 1, Ns = 2, Cname = 4, Dname = 8, Address = 16, Steer = 32, Region = 64, Check = 128,

    /// <summary>RRSIG, NSEC, KEY: may stand beside a CNAME (RFC 4035 section 2.5, RFC 3007).</summary>
    BesideCname = 256,
    Other = 512,
}

/// <summary>The records of a zone by owner: for each name its records in file order, and what kinds there are. Made once, then only read.</summary>
internal sealed class ZoneNames
{
    private readonly Dictionary<DomainName, int> _byName;
    private readonly Dictionary<DomainName, int>.AlternateLookup<ReadOnlySpan<byte>> _byWire;
    private readonly List<Node> _nodes = [];
    private readonly int[] _nextOfOwner;

    public ZoneNames(IReadOnlyList<ZoneRecord> records)
    {
        Records = records;
        _nextOfOwner = new int[records.Count];
        _byName = new(records.Count / 2, DomainNameComparer.Instance);
        _byWire = _byName.GetAlternateLookup<ReadOnlySpan<byte>>();
        DomainName? owner = null;
        int node = -1;
        for (int i = 0; i < records.Count; i++)
        {
            ZoneRecord record = records[i];
            _nextOfOwner[i] = -1;
            // Records of one owner mostly follow one another and share its name.
            if (!ReferenceEquals(owner, record.Owner))
                node = FindOrAdd(record.Owner, i);
            owner = record.Owner;
            Append(ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_nodes)[node], i, ContentOf(record.Type));
            All |= ContentOf(record.Type);
        }
    }

    public IReadOnlyList<ZoneRecord> Records { get; }

    public int Count => _nodes.Count;

    /// <summary>What there is anywhere in the zone.</summary>
    public NameContent All { get; }

    public DomainName NameOf(int node) => _nodes[node].Name;

    public NameContent ContentOf(int node) => _nodes[node].Content;

    /// <summary>What stands at this name; nothing for a name without records.</summary>
    public NameContent ContentOf(ReadOnlySpan<byte> wire) => _byWire.TryGetValue(wire, out int node) ? _nodes[node].Content : NameContent.None;

    public NameContent ContentOf(DomainName name) => ContentOf(name.Wire);

    /// <summary>Index of the first record of a name.</summary>
    public int FirstOf(int node) => _nodes[node].First;

    /// <summary>Index of the next record of the same owner; -1 after the last.</summary>
    public int NextAfter(int record) => _nextOfOwner[record];

    public IEnumerable<ZoneRecord> RecordsOf(int node)
    {
        for (int i = FirstOf(node); i >= 0; i = NextAfter(i))
            yield return Records[i];
    }

    private record struct Node(DomainName Name, int First, int Last, NameContent Content);

    private int FindOrAdd(DomainName name, int record)
    {
        if (_byName.TryGetValue(name, out int node))
            return node;
        _nodes.Add(new(name, record, -1, NameContent.None));
        return _byName[name] = _nodes.Count - 1;
    }

    private void Append(ref Node node, int record, NameContent content)
    {
        if (node.Last >= 0)
            _nextOfOwner[node.Last] = record;
        node.Last = record;
        node.Content |= content;
    }

    private static NameContent ContentOf(RecordType type) => type switch
    {
        RecordType.SOA => NameContent.Soa,
        RecordType.NS => NameContent.Ns,
        RecordType.CNAME => NameContent.Cname,
        RecordType.DNAME => NameContent.Dname,
        RecordType.A or RecordType.AAAA => NameContent.Address,
        RecordType.STEER => NameContent.Steer,
        RecordType.REGION => NameContent.Region,
        RecordType.CHECK => NameContent.Check,
        RecordType.RRSIG or RecordType.NSEC or RecordType.KEY or RecordType.SIG or RecordType.NXT => NameContent.BesideCname,
        _ => NameContent.Other,
    };
}
