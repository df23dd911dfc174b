using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace GslbServer.Dns;

/// <summary>A record of a received message; names in its RDATA are uncompressed.</summary>
/// <param name="Class">1 for IN; of an OPT the sender's UDP size.</param>
public sealed record ReceivedRecord(DomainName Owner, RecordType Type, ushort Class, uint Ttl, byte[] Rdata)
{
    /// <summary>One line of a master file.</summary>
    public override string ToString() => $"{Owner} {Ttl} IN {RecordTypeName.Of(Type)} {RdataText.Format(Type, Rdata)}";
}

/// <summary>A whole message as objects, for those who ask others (RFC 1035 section 4.1). What we answer is never read or written through this.</summary>
public sealed class ReceivedMessage
{
    private const ushort AuthoritativeBit = 0x0400, TruncatedBit = 0x0200, RecursionAvailableBit = 0x0080;

    private ReceivedMessage(ushort id, ushort flags) => (Id, Flags) = (id, flags);

    public ushort Id { get; }

    public ushort Flags { get; }

    public bool IsAuthoritative => (Flags & AuthoritativeBit) != 0;

    public bool IsTruncated => (Flags & TruncatedBit) != 0;

    public bool HasRecursion => (Flags & RecursionAvailableBit) != 0;

    /// <summary>With the upper bits that an OPT carries (RFC 6891 section 6.1.3).</summary>
    public Rcode Rcode => (Rcode)((Flags & 0xF) | (Opt is null ? 0 : (int)(Opt.Ttl >> 24 << 4)));

    /// <summary>Octets of the whole message.</summary>
    public int Length { get; private init; }

    public IReadOnlyList<(DomainName Name, RecordType Type)> Questions { get; private init; } = [];

    public IReadOnlyList<ReceivedRecord> Answer { get; private init; } = [];

    public IReadOnlyList<ReceivedRecord> Authority { get; private init; } = [];

    /// <summary>Without OPT.</summary>
    public IReadOnlyList<ReceivedRecord> Additional { get; private init; } = [];

    public ReceivedRecord? Opt { get; private init; }

    /// <summary>EDNS version of the OPT; 0 without one.</summary>
    public int EdnsVersion => Opt is null ? 0 : (int)(Opt.Ttl >> 16 & 0xFF);

    /// <summary>Data of an EDNS option; null when it is absent.</summary>
    public byte[]? Option(ushort code)
    {
        ReadOnlySpan<byte> options = Opt?.Rdata;
        while (options.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
            if (length > options.Length - 4) return null;
            if (BinaryPrimitives.ReadUInt16BigEndian(options) == code) return options.Slice(4, length).ToArray();
            options = options[(4 + length)..];
        }
        return null;
    }

    /// <returns>False for octets that are no well-formed message: cut, with a bad name, with a pointer that does not point back, or with octets behind the last record.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, [NotNullWhen(true)] out ReceivedMessage? message)
    {
        message = null;
        if (packet.Length < MessageLimits.Header) return false;
        int offset = MessageLimits.Header;
        var questions = new List<(DomainName, RecordType)>();
        for (int i = Count(packet, 4); i > 0; i--)
        {
            if (!TryReadName(packet, ref offset, out DomainName? name) || packet.Length - offset < 4) return false;
            questions.Add((name, (RecordType)BinaryPrimitives.ReadUInt16BigEndian(packet[offset..])));
            offset += 4;
        }
        if (!TryReadSection(packet, Count(packet, 6), ref offset, out List<ReceivedRecord> answer)
            || !TryReadSection(packet, Count(packet, 8), ref offset, out List<ReceivedRecord> authority)
            || !TryReadSection(packet, Count(packet, 10), ref offset, out List<ReceivedRecord> additional)
            || offset != packet.Length)
            return false;
        message = new((ushort)Count(packet, 0), (ushort)Count(packet, 2))
        {
            Length = packet.Length,
            Questions = questions,
            Answer = answer,
            Authority = authority,
            Additional = [.. additional.Where(r => r.Type != RecordType.OPT)],
            Opt = additional.FirstOrDefault(r => r.Type == RecordType.OPT),
        };
        return true;
    }

    private static int Count(ReadOnlySpan<byte> packet, int offset) => BinaryPrimitives.ReadUInt16BigEndian(packet[offset..]);

    private static bool TryReadSection(ReadOnlySpan<byte> packet, int count, ref int offset, out List<ReceivedRecord> records)
    {
        records = [];
        for (; count > 0; count--)
        {
            if (!TryReadName(packet, ref offset, out DomainName? owner) || packet.Length - offset < 10) return false;
            ReadOnlySpan<byte> head = packet.Slice(offset, 10);
            int length = BinaryPrimitives.ReadUInt16BigEndian(head[8..]);
            offset += 10;
            var type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(head);
            if (packet.Length - offset < length || !TryReadRdata(packet, offset, length, type, out byte[]? rdata)) return false;
            offset += length;
            records.Add(new(owner, type, BinaryPrimitives.ReadUInt16BigEndian(head[2..]), BinaryPrimitives.ReadUInt32BigEndian(head[4..]), rdata));
        }
        return true;
    }

    /// <summary>Names that may be compressed stand behind a fixed number of octets; whatever follows them is copied.</summary>
    private static bool TryReadRdata(ReadOnlySpan<byte> packet, int offset, int length, RecordType type, [NotNullWhen(true)] out byte[]? rdata)
    {
        RdataLayout layout = RdataLayout.Compressible(type);
        rdata = null;
        int end = offset + length;
        if (layout.Names == 0)
        {
            rdata = packet[offset..end].ToArray();
            return true;
        }
        if (length < layout.Fixed) return false;
        List<byte> octets = [.. packet.Slice(offset, layout.Fixed)];
        int at = offset + layout.Fixed;
        for (int i = 0; i < layout.Names; i++)
        {
            if (!TryReadName(packet, ref at, out DomainName? name) || at > end) return false;
            octets.AddRange(name.Wire);
        }
        octets.AddRange(packet[at..end]);
        rdata = [.. octets];
        return true;
    }

    /// <summary>A pointer must point before the place where the run of labels began, so that there is no loop.</summary>
    private static bool TryReadName(ReadOnlySpan<byte> packet, ref int offset, [NotNullWhen(true)] out DomainName? name)
    {
        Span<byte> wire = stackalloc byte[DomainName.MaxLength];
        int length = 0, at = offset, runStart = offset, behind = -1;
        name = null;
        while (at < packet.Length)
        {
            int label = packet[at];
            if (label >= 0xC0)
            {
                if (at + 1 >= packet.Length) return false;
                int target = ((label & 0x3F) << 8) | packet[at + 1];
                if (behind < 0) behind = at + 2;
                if (target >= runStart) return false;
                at = runStart = target;
                continue;
            }
            if (label > 63 || at + 1 + label > packet.Length || length + 1 + label > wire.Length) return false;
            packet.Slice(at, 1 + label).CopyTo(wire[length..]);
            length += 1 + label;
            at += 1 + label;
            if (label != 0) continue;
            offset = behind < 0 ? at : behind;
            name = DomainName.FromWire(wire[..length]);
            return true;
        }
        return false;
    }
}
