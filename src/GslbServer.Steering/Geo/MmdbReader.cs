namespace GslbServer.Steering;

/// <summary>An opened MaxMind DB (format 2.0): its metadata, its search tree and its data section, over memory that the caller keeps.</summary>
/// <remarks>Layout: search tree, 16 zero octets, data section, a marker, metadata. Opening checks metadata and sizes; the tree is checked as it is walked
/// (<see cref="MmdbCursor"/>), records as they are read.</remarks>
internal sealed class MmdbReader
{
    /// <summary>The metadata must start within the last 128 KiB.</summary>
    private const int MetadataMaxLength = 128 * 1024;

    private const int SeparatorLength = 16;

    private readonly ReadOnlyMemory<byte> _content;
    private readonly int _treeLength;
    private readonly int _dataLength;

    private MmdbReader(string file, ReadOnlyMemory<byte> content, MmdbMetadata metadata, int treeLength, int dataLength)
    {
        File = file;
        _content = content;
        Metadata = metadata;
        _treeLength = treeLength;
        _dataLength = dataLength;
    }

    /// <summary>AB CD EF "MaxMind.com".</summary>
    internal static ReadOnlySpan<byte> Marker => [0xAB, 0xCD, 0xEF, 0x4D, 0x61, 0x78, 0x4D, 0x69, 0x6E, 0x64, 0x2E, 0x63, 0x6F, 0x6D];

    /// <summary>For messages.</summary>
    public string File { get; }

    public MmdbMetadata Metadata { get; }

    /// <exception cref="GeoDataException">Not a MaxMind DB, another format version, or sizes that do not fit the file.</exception>
    public static MmdbReader Open(string file, ReadOnlyMemory<byte> content)
    {
        ReadOnlySpan<byte> octets = content.Span;
        int searchFrom = Math.Max(0, octets.Length - MetadataMaxLength);
        int marker = octets[searchFrom..].LastIndexOf(Marker);
        if (marker < 0) throw new GeoDataException($"{file}: not a MaxMind DB, or cut short: no metadata marker in its last 128 KiB.");
        marker += searchFrom;

        MmdbMetadata metadata = MmdbMetadata.Read(file, octets[(marker + Marker.Length)..]);
        long treeLength = metadata.NodeCount * (long)metadata.RecordSize / 4;
        if (treeLength + SeparatorLength > marker)
            throw new GeoDataException($"{file}: {metadata.NodeCount} nodes of {metadata.RecordSize} bits do not fit into its {octets.Length} octets.");
        if (octets.Slice((int)treeLength, SeparatorLength).ContainsAnyExcept((byte)0))
            throw new GeoDataException($"{file}: no 16 zero octets between search tree and data at {treeLength}: the node count or the tree is wrong.");
        return new MmdbReader(file, content, metadata, (int)treeLength, marker - (int)treeLength - SeparatorLength);
    }

    public MmdbSection Data() => new(File, "data", _content.Span.Slice(_treeLength + SeparatorLength, _dataLength));

    /// <summary>Turns a record of the tree that is no node into an offset of the data section.</summary>
    public int DataOffset(uint record)
    {
        long offset = record - (long)Metadata.NodeCount - SeparatorLength;
        if (offset < 0 || offset >= _dataLength)
            throw new GeoDataException($"{File}: a record of the search tree, {record}, points outside the data section of {_dataLength} octets.");
        return (int)offset;
    }
}
