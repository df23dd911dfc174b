using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>Writes what a secondary asks and a primary tells.</summary>
public static class TransferQuery
{
    /// <summary>Octets of the longest, without a signature: a question and an SOA.</summary>
    public const int MaxLength = MessageLimits.Header + 2 * (DomainName.MaxLength + 14) + 2 * DomainName.MaxLength + 20;

    /// <summary>Asks for the SOA.</summary>
    /// <returns>Octets written.</returns>
    public static int WriteSoa(Span<byte> to, ushort id, DomainName zone) => Write(to, id, 0, zone, RecordType.SOA, null, isInAnswer: false);

    /// <summary>Asks for the zone (RFC 5936 section 2.1).</summary>
    public static int WriteAxfr(Span<byte> to, ushort id, DomainName zone) => Write(to, id, 0, zone, RecordType.AXFR, null, isInAnswer: false);

    /// <summary>Asks for what changed since an SOA (RFC 1995 section 3).</summary>
    public static int WriteIxfr(Span<byte> to, ushort id, TransferRecord soa) => Write(to, id, 0, soa.Owner, RecordType.IXFR, soa, isInAnswer: false);

    /// <summary>Tells of an SOA (RFC 1996 section 3.7).</summary>
    public static int WriteNotify(Span<byte> to, ushort id, TransferRecord soa)
        => Write(to, id, HeaderFlags.Notify | HeaderFlags.Authoritative, soa.Owner, RecordType.SOA, soa, isInAnswer: true);

    private static int Write(Span<byte> to, ushort id, ushort flags, DomainName zone, RecordType type, TransferRecord? soa, bool isInAnswer)
    {
        to[..MessageLimits.Header].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(to, id);
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], flags);
        to[5] = 1;
        int at = MessageLimits.Header;
        zone.Wire.CopyTo(to[at..]);
        at += zone.Wire.Length;
        BinaryPrimitives.WriteUInt16BigEndian(to[at..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(to[(at + 2)..], DnsClass.In);
        at += 4;
        if (soa is null) return at;
        to[isInAnswer ? 7 : 9] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(to[at..], 0xC000 | MessageLimits.Header);
        BinaryPrimitives.WriteUInt16BigEndian(to[(at + 2)..], (ushort)RecordType.SOA);
        BinaryPrimitives.WriteUInt16BigEndian(to[(at + 4)..], DnsClass.In);
        BinaryPrimitives.WriteUInt32BigEndian(to[(at + 6)..], soa.Ttl);
        BinaryPrimitives.WriteUInt16BigEndian(to[(at + 10)..], (ushort)soa.Rdata.Length);
        soa.Rdata.CopyTo(to[(at + 12)..]);
        return at + 12 + soa.Rdata.Length;
    }
}
