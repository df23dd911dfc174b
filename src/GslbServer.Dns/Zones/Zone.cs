using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>A zone compiled for answering: name table, RRsets as wire bytes, steered names as indices. Frozen; made by <see cref="ZoneCompiler"/>.</summary>
public sealed class Zone
{
    /// <summary>Flags (1 octet) and the number of RRsets (2), in front of the RRsets of a name.</summary>
    internal const int NodeHeaderLength = 3;

    private readonly int[] _steeredNodes; // ascending
    private readonly int[] _steeringIndices; // parallel to _steeredNodes

    /// <param name="names">Node 0 is the apex. Content of a node: its header, then its RRsets by type.</param>
    internal Zone(DomainName apex, NameTable names, int[] steeredNodes, int[] steeringIndices)
    {
        Apex = apex;
        ApexLabels = new NameLabels(apex.Wire).Count;
        Names = names;
        _steeredNodes = steeredNodes;
        _steeringIndices = steeringIndices;
        RRset soa = Soa;
        if (soa.Count > 0)
        {
            ReadOnlySpan<byte> numbers = soa.First[^20..]; // serial, refresh, retry, expire, minimum
            Serial = BinaryPrimitives.ReadUInt32BigEndian(numbers);
            NegativeTtl = Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(numbers[16..]));
        }
        Hash = ZoneHash.Compute(this);
    }

    public DomainName Apex { get; }

    public uint Serial { get; }

    /// <summary>SHA-256 over the records in canonical order, 16 hexadecimal digits: equal on two nodes that serve the same data.</summary>
    public string Hash { get; }

    internal int ApexLabels { get; }

    internal NameTable Names { get; }

    internal RRset Soa => Find(0, RecordType.SOA);

    /// <summary>TTL of the SOA in negative answers: the smaller of its own TTL and its minimum field (RFC 2308 section 3).</summary>
    internal uint NegativeTtl { get; }

    internal NodeFlags FlagsOf(int node) => (NodeFlags)Names.ContentOf(node)[0];

    internal bool Is(int node, NodeFlags flag) => (FlagsOf(node) & flag) != 0;

    internal RRsetWalk SetsOf(int node)
    {
        ReadOnlySpan<byte> content = Names.ContentOf(node);
        return new RRsetWalk(content[NodeHeaderLength..], BinaryPrimitives.ReadUInt16BigEndian(content[1..]));
    }

    /// <summary>The RRset of this type at a node; one without records where there is none.</summary>
    internal RRset Find(int node, RecordType type) => SetsOf(node).Find(type);

    /// <summary>Steering's index of a node flagged <see cref="NodeFlags.Steered"/>.</summary>
    internal int SteeringIndexOf(int node) => _steeringIndices[_steeredNodes.AsSpan().BinarySearch(node)];
}
