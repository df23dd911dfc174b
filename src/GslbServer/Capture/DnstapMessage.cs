using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GslbServer;

/// <summary>Writes messages of dnstap, in the encoding of protocol buffers.</summary>
/// <remarks>Field numbers are those of dnstap.proto (dnstap.info). Times are those of <see cref="CaptureClock"/>, both the same; the port of the client and the own address are not known here and
/// left out, as the format allows.</remarks>
internal static class DnstapMessage
{
    public const string ContentType = "protobuf:dnstap.Dnstap";

    private const int AuthQuery = 1, AuthResponse = 2;

    /// <param name="zone">Wire form; empty where the name is of none of ours.</param>
    /// <param name="extra">Text for people; empty for none.</param>
    /// <param name="isResponse">AUTH_RESPONSE, else AUTH_QUERY.</param>
    public static void Write(ArrayBufferWriter<byte> into, ArrayBufferWriter<byte> scratch, in CapturedQuery query, byte[] identity, byte[] version, ReadOnlySpan<byte> zone, string extra, bool isResponse)
    {
        scratch.ResetWrittenCount();
        WriteMessage(scratch, query, zone, isResponse);
        Bytes(into, 1, identity);
        Bytes(into, 2, version);
        if (extra.Length > 0)
        {
            Bytes(into, 3, Encoding.UTF8.GetBytes(extra));
        }

        Bytes(into, 14, scratch.WrittenSpan);
        Number(into, 15, 1); // MESSAGE
    }

    private static void WriteMessage(ArrayBufferWriter<byte> into, in CapturedQuery query, ReadOnlySpan<byte> zone, bool isResponse)
    {
        Number(into, 1, (ulong)(isResponse ? AuthResponse : AuthQuery));
        Number(into, 2, query.Head.Resolver.IsIPv6 ? 2UL : 1UL);
        Number(into, 3, (ulong)query.Head.Transport + 1); // UDP, TCP, DOT, DOH
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(address, query.Head.Resolver.Address);
        Bytes(into, 4, address[..(query.Head.Resolver.IsIPv6 ? 16 : 4)]);
        long seconds = query.At.ToUnixTimeSeconds();
        uint nanoseconds = (uint)(query.At.Ticks % TimeSpan.TicksPerSecond * 100);
        Number(into, 8, (ulong)seconds);
        Fixed(into, 9, nanoseconds);
        if (!isResponse)
        {
            Bytes(into, 10, query.Packet);
        }

        if (!zone.IsEmpty)
        {
            Bytes(into, 11, zone);
        }

        if (isResponse)
        {
            Number(into, 12, (ulong)seconds);
            Fixed(into, 13, nanoseconds);
            Bytes(into, 14, query.Response);
        }
    }

    private static void Number(ArrayBufferWriter<byte> into, int field, ulong value)
    {
        Varint(into, (ulong)field << 3);
        Varint(into, value);
    }

    private static void Fixed(ArrayBufferWriter<byte> into, int field, uint value)
    {
        Varint(into, ((ulong)field << 3) | 5);
        BinaryPrimitives.WriteUInt32LittleEndian(into.GetSpan(4), value);
        into.Advance(4);
    }

    private static void Bytes(ArrayBufferWriter<byte> into, int field, ReadOnlySpan<byte> value)
    {
        Varint(into, ((ulong)field << 3) | 2);
        Varint(into, (ulong)value.Length);
        into.Write(value);
    }

    private static void Varint(ArrayBufferWriter<byte> into, ulong value)
    {
        Span<byte> room = into.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[length++] = (byte)(value | 0x80);
        }

        room[length++] = (byte)value;
        into.Advance(length);
    }
}
