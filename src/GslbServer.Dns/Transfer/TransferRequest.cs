using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>What AXFR, IXFR and NOTIFY say beside their question.</summary>
public static class TransferRequest
{
    /// <summary>The serial that an IXFR's client has, or that a NOTIFY announces: that of the SOA of the zone asked for.</summary>
    /// <param name="inAnswer">Where it stands: in the answer section (NOTIFY, RFC 1996 section 3.7), or in the authority section (IXFR, RFC 1995 section 3).</param>
    /// <returns>False where there is none that can be read.</returns>
    public static bool TryReadSerial(ReadOnlySpan<byte> packet, in Query query, bool inAnswer, out uint serial)
    {
        serial = 0;
        int answers = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]), authorities = BinaryPrimitives.ReadUInt16BigEndian(packet[8..]);
        int first = inAnswer ? 0 : answers, count = inAnswer ? answers : authorities;
        int offset = MessageLimits.Header + query.NameLength + 4;
        Span<byte> owner = stackalloc byte[DomainName.MaxLength];
        for (int i = 0; i < first + count; i++)
        {
            int ownerAt = offset;
            int length = WireName.TryExpand(packet, ref ownerAt, owner);
            if (length < 0 || !RecordReader.TryRead(packet, ref offset, out RecordReader record)) return false;
            if (i < first || record.Type != RecordType.SOA || record.Class != DnsClass.In) continue;
            if (!NameOctets.EqualsIgnoreCase(owner[..length], packet.Slice(MessageLimits.Header, query.NameLength))) return false;
            int at = record.DataOffset;
            if (WireName.TryExpand(packet, ref at, owner) < 0 || WireName.TryExpand(packet, ref at, owner) < 0) return false;
            if (at + 20 != record.DataOffset + record.DataLength) return false;
            serial = BinaryPrimitives.ReadUInt32BigEndian(packet[at..]);
            return true;
        }
        return false;
    }
}
