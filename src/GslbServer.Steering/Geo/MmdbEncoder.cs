using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GslbServer.Steering;

/// <summary>Writes values as a MaxMind DB section. A string written before becomes a pointer to it, where that is shorter.</summary>
/// <remarks>Values are: string, bool, double, float, ushort, uint, ulong, UInt128, int, byte[], a list of values (array), a list of key-value pairs
/// (map).</remarks>
internal sealed class MmdbEncoder
{
    private readonly ArrayBufferWriter<byte> _octets = new();
    private readonly Dictionary<string, int> _strings = [];

    public int Length => _octets.WrittenCount;

    public ReadOnlySpan<byte> Octets => _octets.WrittenSpan;

    public void Write(object value)
    {
        switch (value)
        {
            case string text:
                WriteString(text);
                break;
            case IReadOnlyList<KeyValuePair<string, object>> map:
                WriteControl(MmdbType.Map, map.Count);
                foreach ((string key, object entry) in map)
                {
                    WriteString(key);
                    Write(entry);
                }

                break;
            case byte[] octets:
                WriteControl(MmdbType.Bytes, octets.Length);
                _octets.Write(octets);
                break;
            case IReadOnlyList<object> array:
                WriteControl(MmdbType.Array, array.Count);
                foreach (object entry in array) Write(entry);
                break;
            case bool flag:
                WriteControl(MmdbType.Boolean, flag ? 1 : 0);
                break;
            default:
                WriteNumber(value);
                break;
        }
    }

    private void WriteNumber(object value)
    {
        Span<byte> octets = stackalloc byte[16];
        switch (value)
        {
            case double number:
                BinaryPrimitives.WriteDoubleBigEndian(octets, number);
                WriteControl(MmdbType.Double, 8);
                _octets.Write(octets[..8]);
                break;
            case float number:
                BinaryPrimitives.WriteSingleBigEndian(octets, number);
                WriteControl(MmdbType.Float, 4);
                _octets.Write(octets[..4]);
                break;
            case int number:
                WriteInteger(MmdbType.Int32, (uint)number);
                break;
            case ushort number:
                WriteInteger(MmdbType.UInt16, number);
                break;
            case uint number:
                WriteInteger(MmdbType.UInt32, number);
                break;
            case ulong number:
                WriteInteger(MmdbType.UInt64, number);
                break;
            case UInt128 number:
                WriteInteger(MmdbType.UInt128, number);
                break;
            default:
                throw new ArgumentException($"A MaxMind DB holds no {value.GetType()}.", nameof(value));
        }
    }

    /// <summary>Integers go without their leading zero octets; zero has none at all.</summary>
    private void WriteInteger(MmdbType type, UInt128 number)
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, number);
        int size = 16 - ((int)UInt128.LeadingZeroCount(number) / 8);
        WriteControl(type, size);
        _octets.Write(octets[(16 - size)..]);
    }

    private void WriteString(string text)
    {
        int offset = Length;
        if (_strings.TryGetValue(text, out int known))
        {
            WritePointer(known);
            return;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        WriteControl(MmdbType.String, utf8.Length);
        _octets.Write(utf8);
        // A pointer takes two octets at least.
        if (Length - offset > 2) _strings[text] = offset;
    }

    private void WritePointer(int offset)
    {
        (int size, int bias) = offset switch
        {
            < 2048 => (0, 0),
            < 526336 => (1, 2048),
            < 134744064 => (2, 526336),
            _ => (3, 0),
        };
        int value = offset - bias;
        int above = size == 3 ? 0 : value >> (8 * (size + 1));
        WriteOctet((byte)(((int)MmdbType.Pointer << 5) | (size << 3) | above));
        for (int shift = 8 * size; shift >= 0; shift -= 8) WriteOctet((byte)(value >> shift));
    }

    private void WriteControl(MmdbType type, int size)
    {
        (int code, int octets, int rest) = size switch
        {
            < 29 => (size, 0, 0),
            < 285 => (29, 1, size - 29),
            < 65821 => (30, 2, size - 285),
            < 65821 + (1 << 24) => (31, 3, size - 65821),
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, "A MaxMind DB value has at most 16,843,036 octets or entries."),
        };
        bool extended = (int)type > 7;
        WriteOctet((byte)((extended ? 0 : (int)type << 5) | code));
        if (extended) WriteOctet((byte)((int)type - 7));
        for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) WriteOctet((byte)(rest >> shift));
    }

    private void WriteOctet(byte octet) => _octets.Write([octet]);
}
