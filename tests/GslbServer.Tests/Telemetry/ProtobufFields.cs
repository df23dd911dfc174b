using System.Buffers.Binary;
using System.Text;

namespace GslbServer.Tests.Telemetry;

/// <summary>A message in the encoding of protocol buffers, as its fields by number.</summary>
public sealed class ProtobufFields
{
    private readonly List<(int Field, ulong Number, byte[] Octets)> _fields = [];

    public static ProtobufFields Read(ReadOnlySpan<byte> message)
    {
        var read = new ProtobufFields();
        while (!message.IsEmpty)
        {
            ulong key = Varint(ref message);
            (int field, ulong number, byte[] octets) = ((int)(key >> 3), 0UL, Array.Empty<byte>());
            switch (key & 7)
            {
                case 0:
                    number = Varint(ref message);
                    break;
                case 1:
                    number = BinaryPrimitives.ReadUInt64LittleEndian(message);
                    message = message[8..];
                    break;
                case 2:
                    int length = (int)Varint(ref message);
                    octets = message[..length].ToArray();
                    message = message[length..];
                    break;
                case 5:
                    number = BinaryPrimitives.ReadUInt32LittleEndian(message);
                    message = message[4..];
                    break;
                default:
                    throw new FormatException($"wire type {key & 7} of field {field}");
            }

            read._fields.Add((field, number, octets));
        }

        return read;
    }

    public bool Has(int field) => _fields.Any(f => f.Field == field);

    public ulong Number(int field) => _fields.LastOrDefault(f => f.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    /// <summary>Of a repeated number: one by one, or packed eight octets each.</summary>
    public ulong[] Fixed64s(int field) => [.. _fields.Where(f => f.Field == field).SelectMany(f => f.Octets.Length == 0 ? [f.Number] : f.Octets.Chunk(8).Select(o => BinaryPrimitives.ReadUInt64LittleEndian(o)))];

    public byte[] Octets(int field) => _fields.LastOrDefault(f => f.Field == field).Octets ?? [];

    public string Text(int field) => Encoding.UTF8.GetString(Octets(field));

    public IEnumerable<ProtobufFields> Messages(int field) => _fields.Where(f => f.Field == field).Select(f => Read(f.Octets));

    private static ulong Varint(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (int i = 0; ; i++)
        {
            value |= (ulong)(from[i] & 0x7F) << (7 * i);
            if (from[i] < 0x80)
            {
                from = from[(i + 1)..];
                return value;
            }
        }
    }
}
