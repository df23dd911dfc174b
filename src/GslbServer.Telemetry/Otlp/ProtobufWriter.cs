using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GslbServer;

/// <summary>Writes fields in the encoding of protocol buffers (protobuf.dev, "Encoding"). A message within a message is written to a buffer of its own first, for its length stands before it.</summary>
public static class ProtobufWriter
{
    private const int Fixed64Type = 1, LengthType = 2, Fixed32Type = 5;

    public static void Varint(this ArrayBufferWriter<byte> into, int field, ulong value)
    {
        Raw(into, (ulong)field << 3);
        Raw(into, value);
    }

    public static void Fixed32(this ArrayBufferWriter<byte> into, int field, uint value)
    {
        Raw(into, ((ulong)field << 3) | Fixed32Type);
        BinaryPrimitives.WriteUInt32LittleEndian(into.GetSpan(sizeof(uint)), value);
        into.Advance(sizeof(uint));
    }

    public static void Fixed64(this ArrayBufferWriter<byte> into, int field, ulong value)
    {
        Raw(into, ((ulong)field << 3) | Fixed64Type);
        BinaryPrimitives.WriteUInt64LittleEndian(into.GetSpan(sizeof(ulong)), value);
        into.Advance(sizeof(ulong));
    }

    public static void Double(this ArrayBufferWriter<byte> into, int field, double value) => into.Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public static void Bytes(this ArrayBufferWriter<byte> into, int field, ReadOnlySpan<byte> value)
    {
        Raw(into, ((ulong)field << 3) | LengthType);
        Raw(into, (ulong)value.Length);
        into.Write(value);
    }

    public static void Text(this ArrayBufferWriter<byte> into, int field, string value) => into.Bytes(field, Encoding.UTF8.GetBytes(value));

    public static void Message(this ArrayBufferWriter<byte> into, int field, ArrayBufferWriter<byte> message) => into.Bytes(field, message.WrittenSpan);

    private static void Raw(ArrayBufferWriter<byte> into, ulong value)
    {
        const int longest = 10;
        Span<byte> room = into.GetSpan(longest);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[length++] = (byte)(value | 0x80);
        }

        room[length++] = (byte)value;
        into.Advance(length);
    }
}
