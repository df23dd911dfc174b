using System.Runtime.CompilerServices;

namespace GslbServer.Steering;

/// <summary>What each data record of a database says of place and ASN, by the record's number in the search tree: each is decoded once, when it is first met. When the
/// whole tree was walked it is frozen.</summary>
/// <remarks>Open addressing with the answer beside the key: a walk asks once per network, millions of times.</remarks>
internal sealed class RecordTable
{
    private Entry[] _entries = new Entry[1024];
    private int _count;
    private RecordDecoder? _decoder;

    /// <summary>Frozen and empty.</summary>
    public RecordTable()
    {
    }

    public RecordTable(RecordDecoder decoder) => _decoder = decoder;

    /// <summary>Whether any record so far told a place.</summary>
    public bool HasLocations { get; private set; }

    /// <summary>Whether any record so far told an ASN.</summary>
    public bool HasAsns { get; private set; }

    /// <summary>Record 0 is a node, and marks what is free.</summary>
    private readonly record struct Entry(uint Record, int Location, uint Asn);

    /// <param name="record">Of the search tree, neither a node nor empty.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Location, uint Asn) Read(uint record)
    {
        Entry[] entries = _entries;
        int at = Slot(record, entries.Length);
        while (true)
        {
            ref readonly Entry entry = ref entries[at];
            if (entry.Record == record) return (entry.Location, entry.Asn);
            if (entry.Record == 0) return Add(record);
            at = (at + 1) & (entries.Length - 1);
        }
    }

    public void Freeze() => _decoder = null;

    // Fibonacci hashing: records lie a few dozen octets apart.
    private static int Slot(uint record, int size) => (int)((record * 0x9E37_79B9_7F4A_7C15UL) >> 32) & (size - 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (int Location, uint Asn) Add(uint record)
    {
        if (_decoder is null) throw new GeoDataException($"a record of the search tree, {record}, was not there when the database was first read.");
        (int location, uint asn) = _decoder.Decode(record);
        HasLocations |= location != 0;
        HasAsns |= asn != 0;
        if (++_count * 4L > _entries.Length * 3L) Grow();
        Put(_entries, new Entry(record, location, asn));
        return (location, asn);
    }

    private void Grow()
    {
        var grown = new Entry[2 * _entries.Length];
        foreach (Entry entry in _entries)
        {
            if (entry.Record != 0) Put(grown, entry);
        }

        _entries = grown;
    }

    private static void Put(Entry[] entries, Entry entry)
    {
        int at = Slot(entry.Record, entries.Length);
        while (entries[at].Record != 0) at = (at + 1) & (entries.Length - 1);
        entries[at] = entry;
    }
}
