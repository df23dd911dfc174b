using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>An UPDATE as received: the zone, what must hold, and what shall change (RFC 2136 section 2).</summary>
public sealed class UpdateMessage
{
    private delegate bool Judge(RecordReader record);

    private UpdateMessage(DomainName zone, IReadOnlyList<UpdateRecord> prerequisites, IReadOnlyList<UpdateRecord> updates)
        => (Zone, Prerequisites, Updates) = (zone, prerequisites, updates);

    public DomainName Zone { get; }

    public IReadOnlyList<UpdateRecord> Prerequisites { get; }

    public IReadOnlyList<UpdateRecord> Updates { get; }

    /// <param name="packet">As <see cref="QueryReader"/> found it well-formed, with opcode UPDATE.</param>
    /// <param name="message">Null with any result but <see cref="Rcode.NoError"/>.</param>
    /// <returns>FORMERR for what section 3 calls so: a zone section of another type than SOA, a prerequisite with a TTL, data where none may be. NOTZONE for a name outside the zone; NOTAUTH for another
    /// class than IN. What is asked for may still be refused.</returns>
    public static Rcode TryRead(ReadOnlySpan<byte> packet, in Query query, out UpdateMessage? message)
    {
        message = null;
        if (query.NameLength == 0 || query.Type != RecordType.SOA) return Rcode.FormErr; // section 3.1.1
        if (query.Class != DnsClass.In) return Rcode.NotAuth;
        DomainName zone = DomainName.FromWire(packet.Slice(MessageLimits.Header, query.NameLength));
        int offset = MessageLimits.Header + query.NameLength + 4;
        byte[] scratch = new byte[DnsLimits.RdataLength + 2 * DomainName.MaxLength];
        Rcode wrong = TryReadSection(packet, ref offset, BinaryPrimitives.ReadUInt16BigEndian(packet[6..]), zone, Prerequisite, scratch, out List<UpdateRecord> prerequisites);
        if (wrong != Rcode.NoError) return wrong;
        wrong = TryReadSection(packet, ref offset, BinaryPrimitives.ReadUInt16BigEndian(packet[8..]), zone, Update, scratch, out List<UpdateRecord> updates);
        if (wrong == Rcode.NoError) message = new UpdateMessage(zone, prerequisites, updates);
        return wrong;
    }

    private static Rcode TryReadSection(ReadOnlySpan<byte> packet, ref int offset, int count, DomainName zone, Judge isGood, byte[] scratch, out List<UpdateRecord> records)
    {
        records = new List<UpdateRecord>(count);
        Span<byte> owner = stackalloc byte[DomainName.MaxLength];
        for (int i = 0; i < count; i++)
        {
            int ownerAt = offset;
            int length = WireName.TryExpand(packet, ref ownerAt, owner);
            if (length < 0 || !RecordReader.TryRead(packet, ref offset, out RecordReader record)) return Rcode.FormErr;
            DomainName name = DomainName.FromWire(owner[..length]);
            if (!name.IsAtOrBelow(zone)) return Rcode.NotZone;
            if (!isGood(record)) return Rcode.FormErr;
            bool isBare = record.DataLength == 0 && record.Class != DnsClass.In;
            int octets = isBare ? 0 : ReceivedRdata.TryRead(packet, record.DataOffset, record.DataOffset + record.DataLength, record.Type, scratch);
            if (octets < 0) return Rcode.FormErr;
            records.Add(new UpdateRecord(name, record.Type, record.Class, record.Ttl <= TtlText.Max ? record.Ttl : 0, scratch[..octets])); // RFC 2181 section 8
        }
        return Rcode.NoError;
    }

    /// <summary>Section 3.2: no TTL, and data only where an RRset is to be as written.</summary>
    private static bool Prerequisite(RecordReader record) => record.Ttl == 0 && record.Class switch
    {
        DnsClass.Any or DnsClass.None => record.DataLength == 0 && (record.Type == RecordType.ANY || !RecordTypeName.IsMetaOrQuestion(record.Type)),
        DnsClass.In => !RecordTypeName.IsMetaOrQuestion(record.Type),
        _ => false,
    };

    /// <summary>Section 3.4.1.3.</summary>
    private static bool Update(RecordReader record) => record.Class switch
    {
        DnsClass.In => !RecordTypeName.IsMetaOrQuestion(record.Type),
        DnsClass.Any => record.Ttl == 0 && record.DataLength == 0 && (record.Type == RecordType.ANY || !RecordTypeName.IsMetaOrQuestion(record.Type)),
        DnsClass.None => record.Ttl == 0 && !RecordTypeName.IsMetaOrQuestion(record.Type),
        _ => false,
    };
}
