namespace GslbServer.Dns;

/// <summary>All records of one type at one name; the RDATA lie in the zone's arena, each after its length in two octets.</summary>
internal readonly struct RRset(RecordType type, ushort count, uint ttl, int data)
{
    public readonly uint Ttl = ttl;

    /// <summary>Offset of the first record in the zone's arena.</summary>
    public readonly int Data = data;

    public readonly RecordType Type = type;

    public readonly ushort Count = count;
}
