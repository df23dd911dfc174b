using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>The fixed part of one resource record in a received message, and where its RDATA stands.</summary>
internal readonly ref struct RecordReader
{
    public bool IsOwnerRoot { get; private init; }

    public RecordType Type { get; private init; }

    public ushort Class { get; private init; }

    public uint Ttl { get; private init; }

    /// <summary>Offset in the packet.</summary>
    public int DataOffset { get; private init; }

    public int DataLength { get; private init; }

    /// <summary>Reads the record at <paramref name="offset"/> and moves behind it.</summary>
    /// <returns>False if the record does not fit the packet or its owner is no name.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, ref int offset, out RecordReader record)
    {
        record = default;
        bool isOwnerRoot = offset < packet.Length && packet[offset] == 0;
        if (!TrySkipName(packet, ref offset) || packet.Length - offset < 10) return false;
        ReadOnlySpan<byte> head = packet.Slice(offset, 10);
        int dataLength = BinaryPrimitives.ReadUInt16BigEndian(head[8..]);
        offset += 10;
        if (packet.Length - offset < dataLength) return false;
        record = new RecordReader
        {
            IsOwnerRoot = isOwnerRoot,
            Type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(head),
            Class = BinaryPrimitives.ReadUInt16BigEndian(head[2..]),
            Ttl = BinaryPrimitives.ReadUInt32BigEndian(head[4..]),
            DataOffset = offset,
            DataLength = dataLength,
        };
        offset += dataLength;
        return true;
    }

    /// <summary>Skips a name that may end in a compression pointer; the pointer is not followed, so there is no loop to fear.</summary>
    private static bool TrySkipName(ReadOnlySpan<byte> packet, ref int offset)
    {
        int start = offset;
        while (offset < packet.Length)
        {
            int label = packet[offset];
            if (label >= 0xC0)
            {
                bool pointsBack = offset + 1 < packet.Length && (((label & 0x3F) << 8) | packet[offset + 1]) < start;
                offset += 2;
                return pointsBack;
            }
            if (label > 63) return false;
            offset += label + 1;
            if (offset - start > MessageLimits.Name) return false;
            if (label == 0) return true;
        }
        return false;
    }
}
