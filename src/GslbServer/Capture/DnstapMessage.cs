using System.Buffers;
using System.Buffers.Binary;

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
        into.Bytes(1, identity);
        into.Bytes(2, version);
        if (extra.Length > 0)
        {
            into.Text(3, extra);
        }

        into.Message(14, scratch);
        into.Varint(15, 1); // MESSAGE
    }

    private static void WriteMessage(ArrayBufferWriter<byte> into, in CapturedQuery query, ReadOnlySpan<byte> zone, bool isResponse)
    {
        into.Varint(1, (ulong)(isResponse ? AuthResponse : AuthQuery));
        into.Varint(2, query.Head.Resolver.IsIPv6 ? 2UL : 1UL);
        into.Varint(3, (ulong)query.Head.Transport + 1); // UDP, TCP, DOT, DOH
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(address, query.Head.Resolver.Address);
        into.Bytes(4, address[..(query.Head.Resolver.IsIPv6 ? 16 : 4)]);
        long seconds = query.At.ToUnixTimeSeconds();
        uint nanoseconds = (uint)(query.At.Ticks % TimeSpan.TicksPerSecond * 100);
        into.Varint(8, (ulong)seconds);
        into.Fixed32(9, nanoseconds);
        if (!isResponse)
        {
            into.Bytes(10, query.Packet);
        }

        if (!zone.IsEmpty)
        {
            into.Bytes(11, zone);
        }

        if (isResponse)
        {
            into.Varint(12, (ulong)seconds);
            into.Fixed32(13, nanoseconds);
            into.Bytes(14, query.Response);
        }
    }
}
