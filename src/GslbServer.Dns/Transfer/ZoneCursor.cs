using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>All records of a zone but its SOA, name by name as they lie in it. Holds the zone, not a copy.</summary>
internal sealed class ZoneCursor(Zone zone) : IRecordCursor
{
    private readonly byte[] _owner = new byte[DomainName.MaxLength];
    private int _ownerLength;
    private int _node = -1;
    private int _setsLeft;
    private int _recordsLeft;
    private ReadOnlyMemory<byte> _rest; // of the node's RRsets; its first RDATA is the current record's
    private int _rdataLength;

    public ReadOnlySpan<byte> Owner => _owner.AsSpan(0, _ownerLength);

    public RecordType Type { get; private set; }

    public uint Ttl { get; private set; }

    public ReadOnlySpan<byte> Rdata => _rest.Span.Slice(2, _rdataLength);

    public bool MoveNext()
    {
        while (true)
        {
            if (_recordsLeft > 0)
            {
                _rest = _rest[(2 + _rdataLength)..];
                _recordsLeft--;
            }
            while (_recordsLeft == 0)
            {
                if (_setsLeft > 0) TakeSet();
                else if (!TakeNode()) return false;
            }
            _rdataLength = BinaryPrimitives.ReadUInt16BigEndian(_rest.Span);
            if (_node != 0 || Type != RecordType.SOA) return true;
        }
    }

    private void TakeSet()
    {
        var set = new RRset(_rest.Span);
        (Type, Ttl, _recordsLeft) = (set.Type, set.Ttl, set.Count);
        _rest = _rest[RRset.HeaderLength..];
        _setsLeft--;
    }

    private bool TakeNode()
    {
        if (++_node >= zone.Names.Count)
        {
            _node--;
            return false;
        }
        _ownerLength = zone.Names.NameOf(_node, zone.Apex.Wire, _owner).Length;
        _rest = zone.Names.MemoryOf(_node);
        int header = zone.Is(_node, NodeFlags.Steered) ? Zone.NodeHeaderLength + Zone.SteeringIndexLength : Zone.NodeHeaderLength;
        _setsLeft = BinaryPrimitives.ReadUInt16BigEndian(_rest.Span[1..]);
        _rest = _rest[header..];
        return true;
    }
}
