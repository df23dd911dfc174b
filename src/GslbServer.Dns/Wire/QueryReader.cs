using System.Buffers.Binary;

namespace GslbServer.Dns;

public enum QueryVerdict
{
    /// <summary>A query for a handler: class, type and name are to be looked at.</summary>
    Answer,

    /// <summary>No answer at all: shorter than a header, or a response.</summary>
    Drop,

    /// <summary>Well-formed, and not for the usual handler: a NOTIFY (RFC 1996), an UPDATE (RFC 2136), or anything with a TSIG (RFC 8945).</summary>
    Special,

    /// <summary>Answer with <c>rcode</c> and what could be understood of the question.</summary>
    Error,
}

/// <summary>Reads queries. Never throws, never allocates, whatever the octets.</summary>
public static class QueryReader
{
    /// <param name="rcode">With <see cref="QueryVerdict.Error"/>: FORMERR, NOTIMP, BADVERS, or NOERROR for a query for nothing but a cookie (RFC 7873 section 5.4).</param>
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
        if (packet.Length < MessageLimits.Header || (packet[2] & 0x80) != 0)
        {
            query.Fault = packet.Length < MessageLimits.Header ? QueryFault.TooShort : QueryFault.NotAQuery;
            return QueryVerdict.Drop;
        }
        query.Id = BinaryPrimitives.ReadUInt16BigEndian(packet);
        query.Flags = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);

        Rcode fault = ReadBody(packet, ref query);
        int opcode = query.Flags & HeaderFlags.OpcodeMask;
        if (opcode is not (0 or HeaderFlags.Notify or HeaderFlags.Update))
        {
            query.Fault = QueryFault.Opcode;
            fault = Rcode.NotImp;
        }
        rcode = fault;
        if (query.Fault != QueryFault.None || query.NameLength == 0) return QueryVerdict.Error;
        return opcode != 0 || query.TsigOffset != 0 ? QueryVerdict.Special : QueryVerdict.Answer;
    }

    /// <returns>FORMERR unless there is exactly one question (RFC 9619), or none and a cookie (RFC 7873 section 5.4), and the records behind it fill the packet exactly.</returns>
    private static Rcode ReadBody(ReadOnlySpan<byte> packet, ref Query query)
    {
        int questions = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        int before = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) + BinaryPrimitives.ReadUInt16BigEndian(packet[8..]);
        int additional = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]);
        int offset = MessageLimits.Header;
        if (questions > 1) return Fail(QueryFault.Questions, ref query);
        if (questions == 1 && !TryReadQuestion(packet, ref query, ref offset)) return Fail(FaultOfName(packet), ref query);

        for (int i = 0; i < before; i++)
        {
            if (!RecordReader.TryRead(packet, ref offset, out RecordReader record)) return Fail(QueryFault.Truncated, ref query);
            // OPT belongs in the additional section alone (RFC 6891 section 6.1.1).
            if (record.Type == RecordType.OPT) return Fail(QueryFault.Opt, ref query);
        }
        Rcode ofOpt = Rcode.NoError;
        for (int i = 0; i < additional; i++)
        {
            int start = offset;
            if (!RecordReader.TryRead(packet, ref offset, out RecordReader record)) return Fail(QueryFault.Truncated, ref query);
            if (record.Type == RecordType.TSIG)
            {
                // RFC 8945 section 5.1: one, and the last record.
                if (i != additional - 1) return Fail(QueryFault.Tsig, ref query);
                query.TsigOffset = start;
            }
            if (record.Type != RecordType.OPT) continue;
            if (query.HasEdns || !record.IsOwnerRoot) return Fail(QueryFault.Opt, ref query);
            ofOpt = OptReader.Read(packet, record, ref query);
        }
        if (offset != packet.Length) return Fail(QueryFault.TrailingOctets, ref query);
        return questions == 1 || query.HasCookie || ofOpt != Rcode.NoError ? ofOpt : Fail(QueryFault.Questions, ref query);
    }

    private static Rcode Fail(QueryFault fault, ref Query query)
    {
        query.Fault = fault;
        return Rcode.FormErr;
    }

    /// <summary>Why the question's name could not be read.</summary>
    private static QueryFault FaultOfName(ReadOnlySpan<byte> packet)
    {
        int at = MessageLimits.Header;
        while (at < packet.Length && packet[at] is > 0 and <= 63) at += packet[at] + 1;
        if (at - MessageLimits.Header >= MessageLimits.Name) return QueryFault.Name;
        if (at >= packet.Length || packet[at] == 0) return QueryFault.Truncated;
        return packet[at] >= 0xC0 ? QueryFault.Pointer : QueryFault.Name;
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
