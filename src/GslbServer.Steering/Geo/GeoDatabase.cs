using System.Buffers;

namespace GslbServer.Steering;

/// <summary>One database that was read from end to end and found good. Its networks stay where they are, to be walked again whenever a place table is made of them;
/// kept is what its records tell.</summary>
internal sealed class GeoDatabase
{
    private readonly RecordTable _records;

    private GeoDatabase(GeoContent content, MmdbMetadata metadata, RecordTable records, LocationList locations)
    {
        Content = content;
        Metadata = metadata;
        _records = records;
        Locations = locations;
    }

    public GeoContent Content { get; }

    public MmdbMetadata Metadata { get; }

    public LocationList Locations { get; }

    public bool HasLocations => _records.HasLocations;

    public bool HasAsns => _records.HasAsns;

    /// <exception cref="GeoDataException">Corrupt, anywhere.</exception>
    public static GeoDatabase Read(GeoContent content)
    {
        using IMemoryOwner<byte> owner = content.Open();
        using MemoryHandle pinned = owner.Memory.Pin();
        MmdbReader reader = MmdbReader.Open(content.Name, owner.Memory);
        var pool = new LocationPool();
        var records = new RecordTable(new RecordDecoder(reader, pool));
        var tree = new MmdbTree(reader, pinned);
        new MmdbCursor(tree, records, isIPv6: false).Check();
        new MmdbCursor(tree, records, isIPv6: true).Check();
        records.Freeze();
        return new GeoDatabase(content, reader.Metadata, records, pool.ToList());
    }

    public View Open() => new(this);

    /// <summary>The database in memory. To be disposed soon.</summary>
    public sealed class View : IDisposable
    {
        private readonly GeoDatabase _database;
        private readonly IMemoryOwner<byte> _owner;
        private readonly MemoryHandle _pinned;
        private readonly MmdbReader _reader;
        private readonly MmdbTree _tree;

        public View(GeoDatabase database)
        {
            _database = database;
            _owner = database.Content.Open();
            _pinned = _owner.Memory.Pin();
            _reader = MmdbReader.Open(database.Content.Name, _owner.Memory);
            _tree = new MmdbTree(_reader, _pinned);
        }

        /// <summary>At the first network. Valid as long as the view.</summary>
        public MmdbCursor Walk(bool isIPv6) => new(_tree, _database._records, isIPv6);

        /// <summary>Cold: what lookups need of one address.</summary>
        /// <param name="address">The upper 64 bits, left-aligned.</param>
        public (int Location, uint Asn) Find(bool isIPv6, ulong address)
        {
            MmdbCursor cursor = Walk(isIPv6);
            cursor.Seek(address);
            return (cursor.Location, cursor.Asn);
        }

        /// <summary>Cold: a location with its city.</summary>
        public Location Describe(int location) => location == 0
            ? Location.Unknown
            : _database.Locations[location] with { City = RecordDecoder.City(_reader, _database.Locations.RecordOf(location)) };

        public void Dispose()
        {
            _pinned.Dispose();
            _owner.Dispose();
        }
    }
}
