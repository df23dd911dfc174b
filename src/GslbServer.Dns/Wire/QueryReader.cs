using System.Buffers.Binary;

namespace GslbServer.Dns;

public enum QueryVerdict
{
    /// <summary>A query for a handler: class, type and name are to be looked at.</summary>
    Answer,

    /// <summary>No answer at all: shorter than a header, or a response.</summary>
    Drop,

    /// <summary>Well-formed, and not for the usual handler: a NOTIFY (RFC 1996), or anything with a TSIG (RFC 8945).</summary>
    Special,

    /// <summary>Answer with <c>rcode</c> and what could be understood of the question.</summary>
    Error,
}

/// <summary>Reads queries. Never throws, never allocates, whatever the octets.</summary>
public static class QueryReader
{
    /// <param name="rcode">With <see cref="QueryVerdict.Error"/>: FORMERR, NOTIMP or BADVERS.</param>
    public static QueryVerdict Read(ReadOnlySpan<byte> packet, out Query query, out Rcode rcode)
    {
        rcode = Rcode.NoError;
        return UsualQuery.TryRead(packet, out query) ? QueryVerdict.Answer : ReadAny(packet, out query, out rcode);
    }

    /// <summary>The same without the short cut.</summary>
    internal static QueryVerdict ReadAny(ReadOnlySpan<byte> packet, out Query query, out Rcode rcode)
    {
        query = default;
        query.UdpPayloadSize = MessageLimits.PlainUdp;
        rcode = Rcode.NoError;
        // Answering a response could make two servers talk for ever.
        if (packet.Length < MessageLimits.Header || (packet[2] & 0x80) != 0) return QueryVerdict.Drop;
        query.Id = BinaryPrimitives.ReadUInt16BigEndian(packet);
        query.Flags = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);

        bool isWellFormed = ReadBody(packet, ref query, out Rcode ednsRcode);
        int opcode = query.Flags & HeaderFlags.OpcodeMask;
        if (opcode is not (0 or HeaderFlags.Notify)) rcode = Rcode.NotImp;
        else if (!isWellFormed) rcode = Rcode.FormErr;
        else rcode = ednsRcode;
        if (rcode != Rcode.NoError) return QueryVerdict.Error;
        return opcode != 0 || query.TsigOffset != 0 ? QueryVerdict.Special : QueryVerdict.Answer;
    }

    /// <returns>False unless there is exactly one question (RFC 9619) and the records behind it fill the packet exactly.</returns>
    private static bool ReadBody(ReadOnlySpan<byte> packet, ref Query query, out Rcode ednsRcode)
    {
        ednsRcode = Rcode.NoError;
        int questions = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        int before = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) + BinaryPrimitives.ReadUInt16BigEndian(packet[8..]);
        int additional = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]);
        int offset = MessageLimits.Header;
        if (questions > 1 || (questions == 1 && !TryReadQuestion(packet, ref query, ref offset))) return false;

        for (int i = 0; i < before; i++)
        {
            // OPT belongs in the additional section alone (RFC 6891 section 6.1.1).
            if (!RecordReader.TryRead(packet, ref offset, out RecordReader record) || record.Type == RecordType.OPT) return false;
        }
        for (int i = 0; i < additional; i++)
        {
            int start = offset;
            if (!RecordReader.TryRead(packet, ref offset, out RecordReader record)) return false;
            if (record.Type == RecordType.TSIG)
            {
                // RFC 8945 section 5.1: one, and the last record.
                if (i != additional - 1) return false;
                query.TsigOffset = start;
            }
            if (record.Type != RecordType.OPT) continue;
            if (query.HasEdns || !record.IsOwnerRoot) return false;
            ednsRcode = OptReader.Read(packet, record, ref query);
        }
        return questions == 1 && offset == packet.Length;
    }

    private static bool TryReadQuestion(ReadOnlySpan<byte> packet, ref Query query, ref int offset)
    {
        // Plain labels only: nothing stands before the question that a pointer could point at.
        int nameLength = RdataLayout.NameLength(packet[offset..]);
        if (nameLength < 0 || packet.Length < offset + nameLength + 4) return false;
        query.NameLength = nameLength;
        query.Type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + nameLength)..]);
        query.Class = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + nameLength + 2)..]);
        offset += nameLength + 4;
        return true;
    }
}
