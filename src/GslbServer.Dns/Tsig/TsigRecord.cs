using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>A TSIG record of a received message (RFC 8945 section 4.2).</summary>
internal readonly ref struct TsigRecord
{
    private const ushort AnyClass = 255;

    public DomainName KeyName { get; private init; }

    public DomainName Algorithm { get; private init; }

    /// <summary>Seconds since 1970.</summary>
    public ulong TimeSigned { get; private init; }

    /// <summary>Seconds by which the clocks may differ.</summary>
    public ushort Fudge { get; private init; }

    public ReadOnlySpan<byte> Mac { get; private init; }

    public ushort OriginalId { get; private init; }

    public TsigError Error { get; private init; }

    public ReadOnlySpan<byte> Other { get; private init; }

    /// <param name="offset">Where the record stands in the packet, which it ends.</param>
    /// <returns>False where it is no TSIG, or not the last record: FORMERR (section 5.1).</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, int offset, out TsigRecord tsig)
    {
        tsig = default;
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        int nameAt = offset;
        int nameLength = WireName.TryExpand(packet, ref nameAt, name);
        if (nameLength < 0 || !RecordReader.TryRead(packet, ref offset, out RecordReader record) || offset != packet.Length) return false;
        if (record.Type != RecordType.TSIG || record.Class != AnyClass || record.Ttl != 0) return false;

        ReadOnlySpan<byte> data = packet.Slice(record.DataOffset, record.DataLength);
        int algorithmLength = RdataLayout.NameLength(data);
        if (algorithmLength < 0 || data.Length < algorithmLength + 10) return false;
        DomainName algorithm = DomainName.FromWire(data[..algorithmLength]);
        data = data[algorithmLength..];
        ulong time = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(data) << 32) | BinaryPrimitives.ReadUInt32BigEndian(data[2..]);
        ushort fudge = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        int macLength = BinaryPrimitives.ReadUInt16BigEndian(data[8..]);
        if (data.Length < 10 + macLength + 6) return false;
        ReadOnlySpan<byte> mac = data.Slice(10, macLength);
        data = data[(10 + macLength)..];
        if (data.Length != 6 + BinaryPrimitives.ReadUInt16BigEndian(data[4..])) return false;
        tsig = new TsigRecord
        {
            KeyName = DomainName.FromWire(name[..nameLength]),
            Algorithm = algorithm,
            TimeSigned = time,
            Fudge = fudge,
            Mac = mac,
            OriginalId = BinaryPrimitives.ReadUInt16BigEndian(data),
            Error = (TsigError)BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            Other = data[6..],
        };
        return true;
    }

    /// <summary>Appends a TSIG record to a message and counts it.</summary>
    /// <returns>Octets of the message with it.</returns>
    public static int Append(Span<byte> message, int length, DomainName key, DomainName algorithm, ulong time, ReadOnlySpan<byte> mac, ushort originalId, TsigError error,
        ReadOnlySpan<byte> other)
    {
        Span<byte> to = message[length..];
        key.Wire.CopyTo(to);
        to = to[key.Wire.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)RecordType.TSIG);
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], AnyClass);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(to[8..], (ushort)(algorithm.Wire.Length + 16 + mac.Length + other.Length));
        algorithm.Wire.CopyTo(to[10..]);
        to = to[(10 + algorithm.Wire.Length)..];
        WriteTime(to, time);
        BinaryPrimitives.WriteUInt16BigEndian(to[6..], TsigChain.Fudge);
        BinaryPrimitives.WriteUInt16BigEndian(to[8..], (ushort)mac.Length);
        mac.CopyTo(to[10..]);
        to = to[(10 + mac.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(to, originalId);
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)error);
        BinaryPrimitives.WriteUInt16BigEndian(to[4..], (ushort)other.Length);
        other.CopyTo(to[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(message[10..]) + 1));
        return length + Length(key, algorithm, mac.Length, other.Length);
    }

    /// <summary>Octets of a record.</summary>
    public static int Length(DomainName key, DomainName algorithm, int mac, int other) => key.Wire.Length + 10 + algorithm.Wire.Length + 16 + mac + other;

    /// <summary>48 bits of seconds.</summary>
    public static void WriteTime(Span<byte> to, ulong time)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)(time >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(to[2..], (uint)time);
    }
}
