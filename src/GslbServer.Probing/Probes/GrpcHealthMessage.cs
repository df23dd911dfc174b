using System.Buffers.Binary;
using System.Text;

namespace GslbServer.Probing;

/// <summary>The two messages of grpc.health.v1, by hand: a field each is not worth a code generator.</summary>
internal static class GrpcHealthMessage
{
    private const int PrefixLength = 5;

    /// <summary>A length-prefixed HealthCheckRequest { string service = 1; }.</summary>
    public static byte[] Request(string service)
    {
        byte[] name = Encoding.UTF8.GetBytes(service);
        using var message = new MemoryStream();
        if (name.Length > 0)
        {
            message.WriteByte(1 << 3 | 2);
            for (uint length = (uint)name.Length; ; length >>= 7)
            {
                message.WriteByte((byte)(length < 0x80 ? length : length & 0x7f | 0x80));
                if (length < 0x80)
                    break;
            }
            message.Write(name);
        }
        byte[] framed = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        message.ToArray().CopyTo(framed, PrefixLength);
        return framed;
    }

    /// <summary>Reads a length-prefixed HealthCheckResponse { ServingStatus status = 1; }.</summary>
    /// <returns>The status, 0 when the field is absent (proto3 leaves zeros out), or -1 for anything that is not such a message.</returns>
    public static int Status(ReadOnlySpan<byte> framed)
    {
        if (framed.Length < PrefixLength || framed[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(framed[1..]) != (uint)(framed.Length - PrefixLength))
            return -1;
        ReadOnlySpan<byte> message = framed[PrefixLength..];
        int status = 0;
        while (message.Length > 0)
        {
            if (!Varint(ref message, out ulong tag))
                return -1;
            ulong value = 0;
            int skip = 0;
            switch (tag & 7)
            {
                case 0 when Varint(ref message, out value):
                    break;
                case 1:
                    skip = 8;
                    break;
                case 2 when Varint(ref message, out ulong length) && length <= (ulong)message.Length:
                    skip = (int)length;
                    break;
                case 5:
                    skip = 4;
                    break;
                default:
                    return -1;
            }
            if (skip > message.Length)
                return -1;
            message = message[skip..];
            if (tag == (1 << 3))
                status = value <= int.MaxValue ? (int)value : -1;
        }
        return status;
    }

    private static bool Varint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < message.Length; i++)
        {
            value |= (ulong)(message[i] & 0x7f) << (7 * i);
            if (message[i] < 0x80)
            {
                message = message[(i + 1)..];
                return true;
            }
        }
        return false;
    }
}
