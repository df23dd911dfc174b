using System.Runtime.CompilerServices;

namespace GslbServer.Dns;

/// <summary>Remembers where names stand in a message, so that later ones can point at them (RFC 1035 section 4.1.4).</summary>
/// <remarks>Only the first 48 label positions are remembered: a search is linear, and what repeats in answers (question, apex, servers) comes early.</remarks>
internal struct NameCompressor
{
    /// <summary>A pointer has 14 bits.</summary>
    public const int PointerRange = 0x4000;

    /// <summary>Label positions remembered.</summary>
    public const int Capacity = 48;

    private Positions _positions;
    private int _count;

    /// <summary>How much is remembered; kept to <see cref="Forget"/> what is taken back.</summary>
    public readonly int Count => _count;

    public void Forget(int count) => _count = count;

    /// <summary>Remembers a name that was just written at <paramref name="offset"/>.</summary>
    /// <param name="octets">The labels written there, without whatever pointer or root label ends them.</param>
    public void Remember(int offset, int octets, ReadOnlySpan<byte> message)
    {
        for (int end = offset + octets; offset < end && offset < PointerRange && _count < Capacity; offset += message[offset] + 1)
        {
            _positions[_count++] = (ushort)offset;
        }
    }

    /// <summary>Finds the longest remembered end of a name.</summary>
    /// <param name="keep">Octets of the labels that have no match in front of it; the whole name without its root label if nothing matches.</param>
    /// <returns>The offset to point at, or -1.</returns>
    public readonly int Find(ReadOnlySpan<byte> name, ReadOnlySpan<byte> message, out int keep)
    {
        for (keep = 0; name[keep] != 0; keep += name[keep] + 1)
        {
            for (int i = 0; i < _count; i++)
            {
                if (IsAt(message, _positions[i], name[keep..])) return _positions[i];
            }
        }
        return -1;
    }

    /// <summary>Whether the name at an offset of the message, pointers followed, is this one.</summary>
    public static bool IsAt(ReadOnlySpan<byte> message, int offset, ReadOnlySpan<byte> name)
    {
        while (true)
        {
            // The message is our own, so pointers lead backwards to names.
            while (message[offset] >= 0xC0) offset = ((message[offset] & 0x3F) << 8) | message[offset + 1];
            int label = message[offset];
            if (label != name[0]) return false;
            if (label == 0) return true;
            if (!NameOctets.EqualsIgnoreCase(message.Slice(offset + 1, label), name.Slice(1, label))) return false;
            offset += label + 1;
            name = name[(label + 1)..];
        }
    }

    [InlineArray(Capacity)]
    private struct Positions
    {
        private ushort _first;
    }
}
