using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>A response as a secondary reads it: header, question, and where its sections stand. Nothing of it counts before its signature was checked.</summary>
public readonly ref struct TransferMessage
{
    private readonly ReadOnlySpan<byte> _packet;

    private TransferMessage(ReadOnlySpan<byte> packet) => _packet = packet;

    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(_packet);

    public Rcode Rcode => (Rcode)(_packet[3] & 0xF);

    public bool IsTruncated => (_packet[2] & 0x02) != 0;

    public bool IsAuthoritative => (_packet[2] & 0x04) != 0;

    /// <summary>Opcode NOTIFY.</summary>
    public bool IsNotify => (_packet[2] & 0x78) == HeaderFlags.Notify >> 8;

    /// <summary>Where the answer section begins.</summary>
    internal int AnswerOffset { get; private init; }

    internal int Answers => BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]);

    /// <summary>Where the TSIG record stands, which ends the packet; 0 without one.</summary>
    public int TsigOffset { get; private init; }

    internal ReadOnlySpan<byte> Packet => _packet;

    /// <returns>False for what is no response, or whose records do not add up.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, out TransferMessage message)
    {
        message = default;
        if (packet.Length < MessageLimits.Header || (packet[2] & 0x80) == 0) return false;
        int offset = MessageLimits.Header;
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        for (int questions = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]); questions > 0; questions--)
        {
            if (WireName.TryExpand(packet, ref offset, name) < 0 || packet.Length - offset < 4) return false;
            offset += 4;
        }
        int answerOffset = offset, tsig = 0;
        int records = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) + BinaryPrimitives.ReadUInt16BigEndian(packet[8..]) + BinaryPrimitives.ReadUInt16BigEndian(packet[10..]);
        for (int i = 1; i <= records; i++)
        {
            int start = offset;
            if (!RecordReader.TryRead(packet, ref offset, out RecordReader record)) return false;
            if (record.Type != RecordType.TSIG) continue;
            if (i != records || BinaryPrimitives.ReadUInt16BigEndian(packet[10..]) == 0) return false;
            tsig = start;
        }
        if (offset != packet.Length) return false;
        message = new TransferMessage(packet) { AnswerOffset = answerOffset, TsigOffset = tsig };
        return true;
    }

    /// <summary>The SOA of this zone in the answer section.</summary>
    public bool TryReadSoa(DomainName zone, out uint serial)
    {
        var records = new AnswerRecords(this, new byte[AnswerRecords.Scratch]);
        serial = 0;
        while (records.TryNext())
        {
            if (records.Type != RecordType.SOA || !NameOctets.EqualsIgnoreCase(records.Owner, zone.Wire)) continue;
            serial = SoaRdata.Read(records.Rdata).Serial;
            return true;
        }
        return false;
    }
}
