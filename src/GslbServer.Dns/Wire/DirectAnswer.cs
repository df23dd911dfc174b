using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>The short cut for what is asked nearly always: a name that has the type, lacks it, or does not exist, without an alias, wildcard, referral or anything to
/// add. It finds the whole name in one table and writes the response in one go.</summary>
/// <remarks>What it writes is octet for octet what <see cref="ResponseComposer"/> writes; where that would take more than a copy, it leaves the question to it.</remarks>
public static class DirectAnswer
{
    private const int RecordHead = 12; // pointer to the question, type, class, TTL, RDATA length
    private const ushort QuestionPointer = 0xC000 | MessageLimits.Header;

    // Types below 64 with names to compress or to add addresses for, one bit each: NS MD MF CNAME SOA MB MG MR PTR MINFO MX SRV.
    private const ulong Composed = 1UL << 2 | 1UL << 3 | 1UL << 4 | 1UL << 5 | 1UL << 6 | 1UL << 7 | 1UL << 8 | 1UL << 9 | 1UL << 12 | 1UL << 14 | 1UL << 15 | 1UL << 33;

    private static ReadOnlySpan<byte> ExplainLabel => "\u0008_explain"u8;

    /// <param name="query">As <see cref="QueryReader"/> read it, with <see cref="QueryVerdict.Answer"/>.</param>
    /// <param name="response">At least <see cref="MessageLimits.Udp"/> octets.</param>
    /// <param name="limit">Octets that the transport takes.</param>
    /// <param name="value">With <see cref="DirectOutcome.Done"/> octets of the response, with <see cref="DirectOutcome.Steered"/> the steering index.</param>
    /// <param name="signed">With <see cref="DirectOutcome.Steered"/>: what the addresses have to be signed with, or null.</param>
    public static DirectOutcome TryWrite(ZoneSet zones, ReadOnlySpan<byte> packet, in Query query, Span<byte> response, int limit, out int value, out ZoneSignatures? signed)
    {
        value = 0;
        signed = null;
        if (query.NameHash == 0 || query.Class != DnsClass.In || query.WantsNsid || !IsData(query.Type) || zones.Index is not { } index) return DirectOutcome.Unknown;
        ReadOnlySpan<byte> name = packet.Slice(MessageLimits.Header, query.NameLength);
        if (!index.TryFind(name, query.NameHash, out Zone zone, out int entry))
        {
            value = IsAbsent(index, name, out zone) && !(query.DnssecOk && zone.Signatures is not null) ? WriteNegative(zone, packet, query, response, limit, Rcode.NxDomain) : 0;
            return value > 0 ? DirectOutcome.Done : DirectOutcome.Unknown;
        }

        ReadOnlySpan<byte> content = zone.Names.ContentAt(entry);
        var flags = (NodeFlags)content[0];
        if ((flags & (NodeFlags.Cut | NodeFlags.Cname)) != 0) return DirectOutcome.Unknown;
        bool isSteered = (flags & NodeFlags.Steered) != 0 && (query.Type is RecordType.A or RecordType.AAAA);
        if (zone.Signatures is { } signatures && (query.DnssecOk || ZoneSignatures.IsAdded(query.Type)))
        {
            if (!isSteered) return DirectOutcome.Unknown;
            signed = signatures;
        }
        if (isSteered)
        {
            value = Zone.SteeringIndexIn(content);
            return DirectOutcome.Steered;
        }
        RRset set = Zone.SetsIn(content).Find(query.Type);
        if (set.Count == 0) value = WriteNegative(zone, packet, query, response, limit, Rcode.NoError);
        else if (IsCopied(query.Type)) value = WriteSet(set, packet, query, response, limit);
        return value > 0 ? DirectOutcome.Done : DirectOutcome.Unknown;
    }

    /// <summary>The addresses of a steered name.</summary>
    /// <param name="addresses">4 octets each for A, 16 for AAAA.</param>
    /// <param name="rotation">Any number: the RRset starts at this one modulo its count.</param>
    /// <returns>Octets of the response; 0, and nothing meant, without addresses or where they do not fit.</returns>
    public static int WriteAddresses(ReadOnlySpan<byte> packet, in Query query, Span<byte> response, int limit, ReadOnlySpan<byte> addresses, int rotation, uint ttl, byte scopePrefixLength)
    {
        int optLength = OptWriter.Length(query, identity: null);
        int at = WriteRotated(packet, query, response, limit - optLength, addresses, rotation, ttl, signatures: 0);
        return at == 0 ? 0 : Finish(packet, query, response, limit, at, optLength, ScopeFor(query, scopePrefixLength));
    }

    /// <summary>The addresses of a steered name and their signatures, if those were made before.</summary>
    /// <param name="signed">As <see cref="TryWrite"/> told.</param>
    /// <param name="maxTtl">The greatest TTL that the name ever has.</param>
    /// <returns>Octets of the response; 0, and nothing meant, where nobody asked for these addresses before, without any or where they do not fit.</returns>
    public static int WriteSigned(ReadOnlySpan<byte> packet, in Query query, Span<byte> response, int limit, ReadOnlySpan<byte> addresses, int rotation, uint ttl, uint maxTtl,
        ZoneSignatures signed, byte scopePrefixLength)
    {
        ReadOnlySpan<byte> name = packet.Slice(MessageLimits.Header, query.NameLength);
        if (signed.Answers.Find(signed.Context, name, query.NameHash, query.Type, maxTtl, addresses) is not { } kept) return 0;
        int optLength = OptWriter.Length(query, identity: null);
        int at = WriteRotated(packet, query, response, limit - optLength - kept.Length, addresses, rotation, ttl, kept.Count);
        if (at == 0) return 0;
        kept.WriteTo(response[at..], ttl);
        return Finish(packet, query, response, limit, at + kept.Length, optLength, ScopeFor(query, scopePrefixLength));
    }

    /// <summary>Header, question and addresses.</summary>
    /// <param name="limit">Octets for these.</param>
    /// <param name="signatures">How many follow.</param>
    /// <returns>Where they end; 0 without addresses or where they do not fit.</returns>
    private static int WriteRotated(ReadOnlySpan<byte> packet, in Query query, Span<byte> response, int limit, ReadOnlySpan<byte> addresses, int rotation, uint ttl, int signatures)
    {
        int length = query.Type == RecordType.AAAA ? 16 : 4;
        int count = addresses.Length / length;
        int at = MessageLimits.Header + query.NameLength + 4;
        if (count == 0 || at + (count * (RecordHead + length)) > limit) return 0;

        Begin(packet, query, response, at, Rcode.NoError, count + signatures, authorities: 0);
        int record = (int)((uint)rotation % (uint)count);
        for (int i = 0; i < count; i++, record = record + 1 == count ? 0 : record + 1)
        {
            Span<byte> to = response.Slice(at, RecordHead + length);
            WriteHead(to, query.Type, ttl);
            BinaryPrimitives.WriteUInt16BigEndian(to[(RecordHead - 2)..], (ushort)length);
            addresses.Slice(record * length, length).CopyTo(to[RecordHead..]);
            at += to.Length;
        }
        return at;
    }

    /// <summary>RFC 7871 section 7.2.1: a client that gave no prefix gets scope 0.</summary>
    private static byte ScopeFor(in Query query, byte scopePrefixLength) => query.Subnet.SourcePrefixLength > 0 ? scopePrefixLength : (byte)0;

    /// <summary>Nothing but a wish that the query come again over TCP.</summary>
    /// <returns>Octets of the response.</returns>
    public static int WriteTruncated(ReadOnlySpan<byte> packet, in Query query, Span<byte> response)
    {
        int at = MessageLimits.Header + query.NameLength + 4;
        Begin(packet, query, response, at, Rcode.NoError, answers: 0, authorities: 0);
        response[2] |= (byte)(HeaderFlags.Truncated >> 8);
        return Finish(packet, query, response, MessageLimits.Udp, at, OptWriter.Length(query, identity: null), scopePrefixLength: 0);
    }

    /// <summary>Types that ask for data and for one RRset at one place: no meta types, not DS, whose place is the parent's, and no configuration.</summary>
    private static bool IsData(RecordType type) => (ushort)type is < 128 and not ((ushort)RecordType.OPT or (ushort)RecordType.DS);

    /// <summary>Types whose records are answered as they are stored, with nothing beside them.</summary>
    private static bool IsCopied(RecordType type) => (ushort)type < 64 && (Composed >> (ushort)type & 1) == 0;

    /// <summary>Whether a name that the index has not does not exist at all: its parent is there, and nothing begins or is synthesized below that.</summary>
    private static bool IsAbsent(NameIndex index, ReadOnlySpan<byte> name, out Zone zone)
    {
        Unsafe.SkipInit(out zone);
        int label = name[0] + 1;
        if (label > name.Length || NameOctets.EqualsIgnoreCase(name[..label], ExplainLabel)) return false;
        ReadOnlySpan<byte> parent = name[label..];
        if (parent.IsEmpty || !index.TryFind(parent, NameOctets.LongHash(parent), out zone, out int entry)) return false;
        var flags = (NodeFlags)zone.Names.ContentAt(entry)[0];
        return (flags & (NodeFlags.Cut | NodeFlags.Dname | NodeFlags.HasWildcard)) == 0;
    }

    private static int WriteNegative(Zone zone, ReadOnlySpan<byte> packet, in Query query, Span<byte> response, int limit, Rcode rcode)
    {
        int at = MessageLimits.Header + query.NameLength + 4;
        int optLength = OptWriter.Length(query, identity: null);
        if (zone.Negative is not { } soa || at + soa.Length + optLength > limit || !soa.Fits(packet.Slice(MessageLimits.Header, query.NameLength))) return 0;
        Begin(packet, query, response, at, rcode, answers: 0, authorities: 1);
        soa.Write(response, at, query.NameLength);
        return Finish(packet, query, response, limit, at + soa.Length, optLength, scopePrefixLength: 0);
    }

    private static int WriteSet(RRset set, ReadOnlySpan<byte> packet, in Query query, Span<byte> response, int limit)
    {
        int at = MessageLimits.Header + query.NameLength + 4;
        int optLength = OptWriter.Length(query, identity: null);
        ReadOnlySpan<byte> data = set.Data;
        if (at + (set.Count * (RecordHead - 2)) + data.Length + optLength > limit) return 0;

        Begin(packet, query, response, at, Rcode.NoError, set.Count, authorities: 0);
        while (data.Length >= 2)
        {
            int length = 2 + BinaryPrimitives.ReadUInt16BigEndian(data);
            Span<byte> record = response.Slice(at, RecordHead - 2 + length);
            WriteHead(record, set.Type, set.Ttl);
            CopyRdata(data[..length], record[(RecordHead - 2)..]);
            at += record.Length;
            data = data[length..];
        }
        return Finish(packet, query, response, limit, at, optLength, scopePrefixLength: 0);
    }

    /// <summary>Header and question.</summary>
    /// <param name="end">Where the question ends.</param>
    private static void Begin(ReadOnlySpan<byte> packet, in Query query, Span<byte> response, int end, Rcode rcode, int answers, int authorities)
    {
        packet[..end].CopyTo(response);
        BinaryPrimitives.WriteUInt16BigEndian(response[2..], (ushort)(HeaderFlags.Echo(query.Flags) | HeaderFlags.Authoritative | (ushort)rcode));
        ulong counts = (1UL << 48) | ((ulong)answers << 32) | ((ulong)authorities << 16) | (query.HasEdns ? 1UL : 0);
        BinaryPrimitives.WriteUInt64BigEndian(response[4..], counts);
    }

    /// <summary>Owner, type, class and TTL.</summary>
    private static void WriteHead(Span<byte> to, RecordType type, uint ttl)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, ((ulong)QuestionPointer << 48) | ((ulong)type << 32) | ((ulong)DnsClass.In << 16) | (ttl >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(to[8..], (ushort)ttl);
    }

    /// <summary>A copy without a call for an address with its length in front, which it mostly is.</summary>
    private static void CopyRdata(ReadOnlySpan<byte> rdata, Span<byte> to)
    {
        if (rdata.Length == 6)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, BinaryPrimitives.ReadUInt32LittleEndian(rdata));
            BinaryPrimitives.WriteUInt16LittleEndian(to[4..], BinaryPrimitives.ReadUInt16LittleEndian(rdata[4..]));
        }
        else
        {
            rdata.CopyTo(to);
        }
    }

    private static int Finish(ReadOnlySpan<byte> packet, in Query query, Span<byte> response, int limit, int at, int optLength, byte scopePrefixLength)
    {
        if (optLength == 0) return at;
        if (query.PaddingBlock != 0) optLength = OptWriter.PaddedLength(query, at, optLength, Math.Min(limit, response.Length));
        OptWriter.Write(response.Slice(at, optLength), packet, query, identity: null, Rcode.NoError, scopePrefixLength, query.ExtendedError);
        return at + optLength;
    }
}
