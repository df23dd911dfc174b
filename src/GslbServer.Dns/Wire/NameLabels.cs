using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Where the labels of an uncompressed wire name begin, so that it can be walked from the right as zones are.</summary>
internal readonly ref struct NameLabels
{
    private readonly ReadOnlySpan<byte> _wire;
    private readonly Offsets _offsets;

    /// <param name="wire">A well-formed name: at most 255 octets with its root label.</param>
    public NameLabels(ReadOnlySpan<byte> wire)
    {
        _wire = wire;
        int count = 0;
        for (int offset = 0; wire[offset] != 0; offset += wire[offset] + 1) _offsets[count++] = (byte)offset;
        Count = count;
    }

    /// <summary>Labels without the root.</summary>
    public int Count { get; }

    /// <summary>Label <paramref name="index"/> from the left, its length octet included.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int offset = _offsets[index];
            return _wire.Slice(offset, _wire[offset] + 1);
        }
    }

    /// <summary>Octets before label <paramref name="index"/>; <see cref="Count"/> asks for the root label.</summary>
    public int OffsetOf(int index) => index == Count ? _wire.Length - 1 : _offsets[index];

    /// <summary>The name without its first <paramref name="index"/> labels.</summary>
    public ReadOnlySpan<byte> From(int index) => _wire[OffsetOf(index)..];

    /// <summary>Whether the name is <paramref name="ancestor"/> or below it.</summary>
    public bool EndsWith(ReadOnlySpan<byte> ancestor)
    {
        int offset = _wire.Length - ancestor.Length;
        for (int i = 0; i <= Count; i++)
        {
            if (OffsetOf(i) == offset) return NameOctets.EqualsIgnoreCase(_wire[offset..], ancestor);
        }
        return false;
    }

    // A name of 255 octets has at most 127 labels.
    [InlineArray(128)]
    private struct Offsets
    {
        private byte _first;
    }
}
