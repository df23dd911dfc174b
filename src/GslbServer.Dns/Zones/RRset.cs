using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>All records of one type at one name, as they lie in their zone.</summary>
/// <remarks>Stored as type (2 octets), count (2), TTL (4), octets of data (4), then the records' RDATA, each after its length (2).</remarks>
internal readonly ref struct RRset
{
    public const int HeaderLength = 12;

    /// <param name="octets">Begins with the RRset; what follows it does not matter.</param>
    public RRset(ReadOnlySpan<byte> octets)
    {
        Type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(octets);
        Count = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        Ttl = BinaryPrimitives.ReadUInt32BigEndian(octets[4..]);
        Data = octets.Slice(HeaderLength, BinaryPrimitives.ReadInt32BigEndian(octets[8..]));
    }

    public RecordType Type { get; }

    /// <summary>0 where a lookup found nothing.</summary>
    public int Count { get; }

    public uint Ttl { get; }

    /// <summary>The records, each after its length in two octets.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>RDATA of the first record.</summary>
    public ReadOnlySpan<byte> First => Data.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(Data));

    public static void WriteHeader(Span<byte> to, RecordType type, int count, uint ttl, int dataLength)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)count);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], ttl);
        BinaryPrimitives.WriteInt32BigEndian(to[8..], dataLength);
    }
}
