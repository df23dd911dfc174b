using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>A zone compiled for answering: name table, RRsets as wire bytes, steered names as indices. Frozen; made by <see cref="ZoneCompiler"/>.</summary>
public sealed class Zone
{
    private readonly NameTable _names; // node 0 is the apex
    private readonly ZoneNode[] _nodes; // parallel to the name table
    private readonly RRset[] _sets; // grouped by node, by type within a node
    private readonly byte[] _data;
    private readonly int[] _steeredNodes; // ascending
    private readonly int[] _steeringIndices; // parallel to _steeredNodes

    internal Zone(DomainName apex, NameTable names, ZoneNode[] nodes, RRset[] sets, byte[] data, int[] steeredNodes, int[] steeringIndices)
    {
        Apex = apex;
        ApexLabels = new NameLabels(apex.Wire).Count;
        _names = names;
        _nodes = nodes;
        _sets = sets;
        _data = data;
        _steeredNodes = steeredNodes;
        _steeringIndices = steeringIndices;
        Soa = FindSet(0, RecordType.SOA);
        if (Soa >= 0) (Serial, NegativeTtl) = ReadSoa(_sets[Soa]);
        Hash = ZoneHash.Compute(this);
    }

    public DomainName Apex { get; }

    public uint Serial { get; }

    /// <summary>SHA-256 over the records in canonical order, 16 hexadecimal digits: equal on two nodes that serve the same data.</summary>
    public string Hash { get; }

    internal int ApexLabels { get; }

    /// <summary>Index of the SOA RRset; -1 in a zone without one, which the checks refuse.</summary>
    internal int Soa { get; }

    /// <summary>TTL of the SOA in negative answers: the smaller of its own TTL and its minimum field (RFC 2308 section 3).</summary>
    internal uint NegativeTtl { get; }

    internal NameTable Names => _names;

    internal ref readonly ZoneNode Node(int node) => ref _nodes[node];

    internal ref readonly RRset Set(int set) => ref _sets[set];

    /// <summary>The records of a set, each after its length, and whatever follows them in the arena.</summary>
    internal ReadOnlySpan<byte> DataOf(in RRset set) => _data.AsSpan(set.Data);

    /// <summary>Index of the RRset of this type at a node, or -1.</summary>
    internal int FindSet(int node, RecordType type)
    {
        ref readonly ZoneNode at = ref _nodes[node];
        for (int set = at.FirstSet; set < at.FirstSet + at.SetCount; set++)
        {
            if (_sets[set].Type == type) return set;
        }
        return -1;
    }

    /// <summary>Steering's index of a node flagged <see cref="NodeFlags.Steered"/>.</summary>
    internal int SteeringIndexOf(int node) => _steeringIndices[_steeredNodes.AsSpan().BinarySearch(node)];

    private (uint Serial, uint NegativeTtl) ReadSoa(in RRset soa)
    {
        ReadOnlySpan<byte> data = DataOf(soa);
        ReadOnlySpan<byte> rdata = data.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(data));
        ReadOnlySpan<byte> numbers = rdata[^20..]; // serial, refresh, retry, expire, minimum
        return (BinaryPrimitives.ReadUInt32BigEndian(numbers), Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(numbers[16..])));
    }
}
