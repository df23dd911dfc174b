using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace GslbServer.Steering;

/// <summary>Random access to the values of one section (data or metadata) of a MaxMind DB. Every offset is checked; pointers are offsets into the
/// section.</summary>
/// <remarks>Methods on the way of every record are compiled well at once: with a hundred thousand records a load is over before the runtime would find out.
/// Nothing here recurses: a value is skipped by counting what is still to come, and only the paths that the caller names are followed
/// through pointers. So
/// neither deep nesting nor a loop of pointers costs more than <see cref="MaxValuesPerRecord"/> steps.</remarks>
internal ref struct MmdbSection(string file, string name, ReadOnlySpan<byte> octets)
{
    /// <summary>Values looked at for one record. The largest records of known databases have about 200.</summary>
    public const int MaxValuesPerRecord = 4096;

    private readonly ReadOnlySpan<byte> _octets = octets;
    private int _valuesLeft = MaxValuesPerRecord;

    /// <summary>The value at an offset, through a pointer if one stands there.</summary>
    public MmdbValue Resolve(int offset)
    {
        MmdbValue value = ReadHeader(offset);
        if (value.Type != MmdbType.Pointer) return value;
        MmdbValue target = ReadHeader(value.Size);
        // "Pointers may not point to other pointers", so one step is all.
        if (target.Type == MmdbType.Pointer) Refuse(offset, "a pointer points to a pointer");
        return target;
    }

    /// <summary>Where the value itself stands: the offset, or what the pointer there points to.</summary>
    public int Target(int offset)
    {
        MmdbValue value = ReadHeader(offset);
        return value.Type == MmdbType.Pointer ? value.Size : offset;
    }

    /// <summary>The offset behind the value at <paramref name="offset"/>, with all that it contains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Skip(int offset)
    {
        for (long toCome = 1; toCome > 0; toCome--)
        {
            MmdbValue value = ReadHeader(offset);
            offset = value.Payload;
            switch (value.Type)
            {
                case MmdbType.Map:
                    toCome += 2L * value.Size;
                    break;
                case MmdbType.Array:
                    toCome += value.Size;
                    break;
                case MmdbType.Pointer or MmdbType.Boolean:
                    break;
                default:
                    offset += value.Size;
                    break;
            }
        }

        return offset;
    }

    /// <summary>Steps through a map: reads the key at <paramref name="offset"/> and moves to its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<byte> ReadKey(ref int offset)
    {
        MmdbValue key = Resolve(offset);
        if (key.Type != MmdbType.String) Refuse(offset, $"a map key is of type {key.Type}, not String");
        offset = Skip(offset);
        return _octets.Slice(key.Payload, key.Size);
    }

    /// <summary>Finds a key of a map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryFind(in MmdbValue map, ReadOnlySpan<byte> wanted, out int offset)
    {
        offset = map.Payload;
        for (int i = 0; i < map.Size; i++)
        {
            if (ReadKey(ref offset).SequenceEqual(wanted)) return true;
            offset = Skip(offset);
        }

        return false;
    }

    public MmdbValue ResolveMap(int offset) => Expect(offset, MmdbType.Map);

    public MmdbValue ResolveArray(int offset) => Expect(offset, MmdbType.Array);

    public ReadOnlySpan<byte> ReadString(int offset)
    {
        MmdbValue value = Expect(offset, MmdbType.String);
        return _octets.Slice(value.Payload, value.Size);
    }

    public string ReadText(int offset) => Encoding.UTF8.GetString(ReadString(offset));

    /// <summary>A double or float.</summary>
    public double ReadDouble(int offset)
    {
        MmdbValue value = Resolve(offset);
        if (value.Type == MmdbType.Float) return BinaryPrimitives.ReadSingleBigEndian(_octets[value.Payload..]);
        if (value.Type != MmdbType.Double) Refuse(offset, $"expected Double, found {value.Type}");
        return BinaryPrimitives.ReadDoubleBigEndian(_octets[value.Payload..]);
    }

    /// <summary>An unsigned integer of any width; wider ones than 64 bits must have zeros above.</summary>
    public ulong ReadUnsigned(int offset)
    {
        MmdbValue value = Resolve(offset);
        if (value.Type is not (MmdbType.UInt16 or MmdbType.UInt32 or MmdbType.UInt64 or MmdbType.UInt128))
            Refuse(offset, $"expected an unsigned integer, found {value.Type}");
        ulong number = 0;
        foreach (byte octet in _octets.Slice(value.Payload, value.Size))
        {
            if (number >> 56 != 0) Refuse(offset, "an integer is above 64 bits");
            number = (number << 8) | octet;
        }

        return number;
    }

    [DoesNotReturn]
    public readonly void Refuse(int offset, string what) => throw new GeoDataException($"{file}: {name} section, offset {offset}: {what}.");

    private MmdbValue Expect(int offset, MmdbType type)
    {
        MmdbValue value = Resolve(offset);
        if (value.Type != type) Refuse(offset, $"expected {type}, found {value.Type}");
        return value;
    }

    /// <summary>Reads the control octets. Of a pointer, Size is the offset it points to and Payload the offset behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private MmdbValue ReadHeader(int offset)
    {
        if (--_valuesLeft < 0) Refuse(offset, $"a record of more than {MaxValuesPerRecord} values");
        int at = offset;
        int control = Octet(ref at);
        int type = control >> 5;
        if (type == (int)MmdbType.Pointer) return ReadPointer(control, at);
        if (type == 0)
        {
            type = 7 + Octet(ref at);
            if (type is < 8 or > 15 or 12 or 13) Refuse(offset, $"unknown data type {type}");
        }

        int size = control & 0x1F;
        size = size switch
        {
            < 29 => size,
            29 => 29 + Number(ref at, 1),
            30 => 285 + Number(ref at, 2),
            _ => 65821 + Number(ref at, 3),
        };
        var value = new MmdbValue((MmdbType)type, size, at);
        CheckSize(offset, value);
        return value;
    }

    private readonly MmdbValue ReadPointer(int control, int at)
    {
        int above = control & 7;
        long target = ((control >> 3) & 3) switch
        {
            0 => (above << 8) + Number(ref at, 1),
            1 => (above << 16) + Number(ref at, 2) + 2048,
            2 => (above << 24) + Number(ref at, 3) + 526336,
            _ => (uint)Number(ref at, 4),
        };
        if (target >= _octets.Length) Refuse(at, $"a pointer to {target} leaves the section of {_octets.Length} octets");
        return new MmdbValue(MmdbType.Pointer, (int)target, at);
    }

    private readonly void CheckSize(int offset, in MmdbValue value)
    {
        int atMost = value.Type switch
        {
            MmdbType.Double => 8,
            MmdbType.Float or MmdbType.Int32 or MmdbType.UInt32 => 4,
            MmdbType.UInt16 => 2,
            MmdbType.UInt64 => 8,
            MmdbType.UInt128 => 16,
            MmdbType.Boolean => 1,
            _ => int.MaxValue,
        };
        bool exact = value.Type is MmdbType.Double or MmdbType.Float;
        if (value.Size > atMost || (exact && value.Size != atMost)) Refuse(offset, $"a {value.Type} of size {value.Size}");
        // Each entry of an array needs an octet, each of a map two; a boolean is its size.
        long needed = value.Type switch
        {
            MmdbType.Boolean => 0,
            MmdbType.Map => 2L * value.Size,
            _ => value.Size,
        };
        if (value.Payload + needed > _octets.Length) Refuse(offset, $"a {value.Type} of size {value.Size} goes beyond the end");
    }

    private readonly int Number(ref int at, int octets)
    {
        int number = 0;
        for (int i = 0; i < octets; i++) number = (number << 8) | Octet(ref at);
        return number;
    }

    private readonly int Octet(ref int at)
    {
        if ((uint)at >= (uint)_octets.Length) Refuse(at, "a value goes beyond the end");
        return _octets[at++];
    }
}
