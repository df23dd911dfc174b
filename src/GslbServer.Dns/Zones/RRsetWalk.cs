using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>Walks the RRsets of one name, for <c>foreach</c>.</summary>
internal ref struct RRsetWalk(ReadOnlySpan<byte> sets, int count)
{
    private ReadOnlySpan<byte> _rest = sets;
    private int _left = count;

    public RRset Current { get; private set; }

    public readonly RRsetWalk GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_left-- == 0) return false;
        Current = new RRset(_rest);
        _rest = _rest[(RRset.HeaderLength + Current.Data.Length)..];
        return true;
    }

    /// <summary>The RRset of this type, or one without records. Looks at types only on its way.</summary>
    public readonly RRset Find(RecordType type)
    {
        ReadOnlySpan<byte> rest = _rest;
        for (int i = 0; i < _left; i++)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(rest) == (ushort)type) return new RRset(rest);
            rest = rest[(RRset.HeaderLength + BinaryPrimitives.ReadInt32BigEndian(rest[8..]))..];
        }
        return default;
    }
}
