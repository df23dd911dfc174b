using System.Globalization;

namespace GslbServer.Steering;

/// <summary>What a MaxMind DB says of itself.</summary>
/// <param name="RecordSize">Bits per record: 24, 28 or 32; a node has two.</param>
/// <param name="IpVersion">4 or 6: the tree has 32 or 128 levels.</param>
internal sealed record MmdbMetadata(string DatabaseType, int NodeCount, int RecordSize, int IpVersion, DateTimeOffset BuiltAt)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{DatabaseType} {BuiltAt:yyyy-MM-dd}");

    public static MmdbMetadata Read(string file, ReadOnlySpan<byte> octets)
    {
        var section = new MmdbSection(file, "metadata", octets);
        MmdbValue map = section.ResolveMap(0);
        ulong major = Number(ref section, map, "binary_format_major_version"u8, file);
        if (major != 2) throw new GeoDataException($"{file}: MaxMind DB format {major}; this reader knows format 2.");
        ulong nodeCount = Number(ref section, map, "node_count"u8, file);
        if (nodeCount is 0 or > int.MaxValue) throw new GeoDataException($"{file}: a node_count of {nodeCount}.");
        ulong recordSize = Number(ref section, map, "record_size"u8, file);
        if (recordSize is not (24 or 28 or 32)) throw new GeoDataException($"{file}: a record_size of {recordSize}; expected 24, 28 or 32.");
        ulong ipVersion = Number(ref section, map, "ip_version"u8, file);
        if (ipVersion is not (4 or 6)) throw new GeoDataException($"{file}: an ip_version of {ipVersion}; expected 4 or 6.");
        ulong built = Number(ref section, map, "build_epoch"u8, file);
        if (built > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()) throw new GeoDataException($"{file}: a build_epoch of {built} seconds.");
        string type = section.ReadText(Find(ref section, map, "database_type"u8, file));
        return new MmdbMetadata(type, (int)nodeCount, (int)recordSize, (int)ipVersion, DateTimeOffset.FromUnixTimeSeconds((long)built));
    }

    private static ulong Number(ref MmdbSection section, in MmdbValue map, ReadOnlySpan<byte> key, string file)
        => section.ReadUnsigned(Find(ref section, map, key, file));

    private static int Find(ref MmdbSection section, in MmdbValue map, ReadOnlySpan<byte> key, string file)
        => section.TryFind(map, key, out int offset)
            ? offset
            : throw new GeoDataException($"{file}: its metadata has no {System.Text.Encoding.ASCII.GetString(key)}.");
}
