using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GslbServer.Dns;

/// <summary>The records of a zone in file order, packed: a record costs 26 octets and its RDATA, and becomes an object only where somebody asks for it.</summary>
/// <remarks>The records of one owner are chained, so that nothing has to be sorted or collected by name. Grows while a zone is read, then is only read.</remarks>
public sealed class ZoneRecords : IReadOnlyList<ZoneRecord>
{
    private readonly OwnerTree _owners = new();
    private readonly BlockList<Entry> _entries = new();
    private readonly OctetBlocks _bodies = new();
    private readonly List<(uint FirstBody, string Path)> _files = []; // where another file begins or goes on
    private readonly Dictionary<uint, int> _longColumns = []; // by body
    private readonly Dictionary<uint, ConfigWords> _words = []; // by body
    private readonly byte[] _lastOwner = new byte[DomainName.MaxLength];
    private int _lastOwnerLength;
    private int _lastNode;
    private bool _lastIsAsWritten;

    public int Count => _entries.Count;

    public ZoneRecord this[int index]
    {
        get
        {
            Head head = HeadOf(index);
            return new(OwnerAt(index), head.Type, head.Ttl, RdataAt(index).ToArray(), PositionOf(_entries[index].Body, head))
            {
                Words = _words.GetValueOrDefault(_entries[index].Body),
            };
        }
    }

    /// <summary>The records of the zone language, in file order.</summary>
    public IEnumerable<ZoneRecord> Configuration
    {
        get
        {
            for (int i = 0; _words.Count > 0 && i < Count; i++)
                if (_words.ContainsKey(_entries[i].Body))
                    yield return this[i];
        }
    }

    internal OwnerTree Owners => _owners;

    /// <summary>Packs records that come from elsewhere than a file.</summary>
    public static ZoneRecords Of(IEnumerable<ZoneRecord> records)
    {
        var packed = new ZoneRecords();
        foreach (ZoneRecord record in records)
            packed.Add(record.Owner.Wire, record.Type, record.Ttl, record.Rdata, record.Position, record.Words);
        return packed;
    }

    /// <summary>The records of one name, in file order.</summary>
    public IEnumerable<ZoneRecord> At(DomainName owner)
    {
        int node = _owners.Find(owner.Wire);
        for (int i = node < 0 ? -1 : FirstOf(node); i >= 0; i = NextAfter(i))
            yield return this[i];
    }

    public IEnumerator<ZoneRecord> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RecordType TypeAt(int index) => HeadOf(index).Type;

    internal uint TtlAt(int index) => HeadOf(index).Ttl;

    internal void SetTtl(int index, uint ttl)
        => MemoryMarshal.Write(_bodies.From(_entries[index].Body), HeadOf(index) with { Ttl = ttl });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> RdataAt(int index) => _bodies.From(_entries[index].Body).Slice(Head.Size, HeadOf(index).RdataLength);

    /// <summary>The owner in the case that this record has it in.</summary>
    internal DomainName OwnerAt(int index)
    {
        Head head = HeadOf(index);
        if (head.IsOwnerWritten)
        {
            ReadOnlySpan<byte> written = _bodies.From(_entries[index].Body)[(Head.Size + head.RdataLength)..];
            return DomainName.FromWire(written[..DomainName.MeasureWire(written)]);
        }
        Span<byte> wire = stackalloc byte[DomainName.MaxLength];
        return DomainName.FromWire(wire[.._owners.CopyName(_entries[index].Node, wire)]);
    }

    /// <summary>The node of the record's owner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int NodeAt(int index) => _entries[index].Node;

    /// <summary>Index of the first record of an owner; -1 where none stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int FirstOf(int node) => _owners.LastOf(node) is >= 0 and int last ? _entries[last].Next : -1;

    /// <summary>Index of the next record of the same owner; -1 after the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int NextAfter(int index) => _owners.LastOf(_entries[index].Node) == index ? -1 : _entries[index].Next;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(ReadOnlySpan<byte> owner, RecordType type, uint ttl, ReadOnlySpan<byte> rdata, SourcePosition position, ConfigWords? words)
    {
        int node = NodeOf(owner, out bool isAsWritten);
        ReadOnlySpan<byte> written = isAsWritten ? [] : owner;
        Span<byte> body = _bodies.Add(Head.Size + rdata.Length + written.Length, out uint at);
        int column = Math.Min(position.Column, Head.LongColumn);
        MemoryMarshal.Write(body, new Head(ttl, position.Line, (ushort)(column << 1 | (isAsWritten ? 0 : 1)), type, (ushort)rdata.Length));
        rdata.CopyTo(body[Head.Size..]);
        written.CopyTo(body[(Head.Size + rdata.Length)..]);
        if (_files.Count == 0 || !ReferenceEquals(_files[^1].Path, position.File) && _files[^1].Path != position.File)
            _files.Add((at, position.File));
        if (column == Head.LongColumn)
            _longColumns.Add(at, position.Column);
        if (words is not null)
            _words.Add(at, words);
        Append(node, at);
    }

    /// <summary>Takes records out; those behind them move up.</summary>
    internal void Remove(IReadOnlySet<int> indices)
    {
        int count = Count, kept = 0;
        _owners.Clear();
        for (int i = 0; i < count; i++)
        {
            if (indices.Contains(i))
                continue;
            _entries[kept] = _entries[i];
            Chain(kept++);
        }
        _entries.Truncate(kept);
    }

    /// <summary>Says that nobody will ask for this record's type, TTL or RDATA again.</summary>
    internal void Spend(int index) => _bodies.Spend(_entries[index].Body);

    /// <summary>Says that nobody will ask for a record again, nor for an owner; their number stays known.</summary>
    internal void SpendAll()
    {
        _bodies.SpendAll();
        _entries.SpendAll();
        _owners.SpendAll();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Append(int node, uint body)
    {
        _entries.Add(new Entry(node, 0, body));
        Chain(Count - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Chain(int index)
    {
        int before = _owners.Append(_entries[index].Node, index, NameContents.Of(TypeAt(index)));
        _entries[index].Next = before < 0 ? index : _entries[before].Next;
        if (before >= 0)
            _entries[before].Next = index;
    }

    /// <summary>Runs of one owner are the rule, and then it need not be looked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int NodeOf(ReadOnlySpan<byte> owner, out bool isAsWritten)
    {
        if (!owner.SequenceEqual(_lastOwner.AsSpan(0, _lastOwnerLength)))
        {
            _lastNode = _owners.Add(owner, out _lastIsAsWritten);
            owner.CopyTo(_lastOwner);
            _lastOwnerLength = owner.Length;
        }
        isAsWritten = _lastIsAsWritten;
        return _lastNode;
    }

    private SourcePosition PositionOf(uint body, Head head)
    {
        int file = _files.FindLastIndex(f => f.FirstBody <= body);
        return new(_files[file].Path, head.Line, head.Column < Head.LongColumn ? head.Column : _longColumns[body]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Head HeadOf(int index) => MemoryMarshal.Read<Head>(_bodies.From(_entries[index].Body));

    /// <summary>A record by itself, and where it is met.</summary>
    /// <param name="Node">Its owner.</param>
    /// <param name="Next">Index of the next record of that owner; of the last one, of the first.</param>
    /// <param name="Body">Where its <see cref="Head"/> stands, the RDATA behind it, and, if the owner is written in another case than in the tree, the owner.</param>
    private record struct Entry(int Node, int Next, uint Body);

    /// <param name="Place">The column, or <see cref="LongColumn"/>, twice; plus 1 if the owner stands behind the RDATA.</param>
    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    private record struct Head(uint Ttl, int Line, ushort Place, RecordType Type, ushort RdataLength)
    {
        /// <summary>Octets.</summary>
        public const int Size = 14;

        public const int LongColumn = 0x7FFF;

        public readonly int Column => Place >> 1;

        public readonly bool IsOwnerWritten => (Place & 1) != 0;
    }
}
