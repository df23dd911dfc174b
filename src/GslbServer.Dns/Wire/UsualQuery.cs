using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GslbServer.Dns;

/// <summary>Reads the shape that nearly every query has: a standard query of one question, with nothing or one good OPT behind it.</summary>
internal static class UsualQuery
{
    private const uint ResponseOrOpcode = HeaderFlags.Response | HeaderFlags.OpcodeMask;
    private const ulong OneQuestion = 0x0001_0000_0000_0000; // QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT
    private const int TypeAndClass = 4;
    private const int OptFixed = 11; // root owner, type, class, TTL, RDATA length

    /// <returns>False for any other shape and for whatever is wrong: <see cref="QueryReader"/> says what. The query then means nothing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, out Query query)
    {
        query = default;
        if (packet.Length < MessageLimits.Header + 1 + TypeAndClass) return false;
        uint idAndFlags = BinaryPrimitives.ReadUInt32BigEndian(packet);
        ulong counts = BinaryPrimitives.ReadUInt64BigEndian(packet[4..]);
        if ((idAndFlags & ResponseOrOpcode) != 0 || (counts & ~1UL) != OneQuestion) return false;

        int end = EndOfName(packet);
        if (end < 0) return false;
        query.Id = (ushort)(idAndFlags >> 16);
        query.Flags = (ushort)idAndFlags;
        query.NameLength = end - MessageLimits.Header;
        query.NameHash = NameOctets.LongHash(packet[MessageLimits.Header..end]);
        uint typeAndClass = BinaryPrimitives.ReadUInt32BigEndian(packet[end..]);
        query.Type = (RecordType)(typeAndClass >> 16);
        query.Class = (ushort)typeAndClass;
        query.UdpPayloadSize = MessageLimits.PlainUdp;
        end += TypeAndClass;
        return counts == OneQuestion ? end == packet.Length : TryReadOpt(packet, end, ref query);
    }

    /// <returns>Offset behind the root label of the question's name; -1 where it is not plain, or not followed by type and class.</returns>
    private static int EndOfName(ReadOnlySpan<byte> packet)
    {
        ref byte octets = ref MemoryMarshal.GetReference(packet);
        int at = MessageLimits.Header;
        int last = Math.Min(packet.Length - TypeAndClass - 1, MessageLimits.Header + MessageLimits.Name - 1); // where a root label may stand
        while (true)
        {
            int label = Unsafe.Add(ref octets, at); // at is never beyond last
            if (label == 0) return at + 1;
            at += label + 1;
            if (label > 63 || at > last) return -1;
        }
    }

    private static bool TryReadOpt(ReadOnlySpan<byte> packet, int offset, ref Query query)
    {
        if (packet.Length - offset < OptFixed) return false;
        // Root owner, type, class, the extended code and the version.
        ulong head = BinaryPrimitives.ReadUInt64BigEndian(packet[offset..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + OptFixed - 2)..]);
        if (head >> 40 != (ushort)RecordType.OPT || (byte)(head >> 8) != 0 || packet.Length - offset - OptFixed != length) return false;
        query.HasEdns = true;
        query.UdpPayloadSize = (ushort)(head >> 24);
        query.DnssecOk = (head & 0x80) != 0;
        return length == 0 || OptReader.ReadOptions(packet, offset + OptFixed, packet.Length, ref query) == Rcode.NoError;
    }
}
