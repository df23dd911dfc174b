using System.Security.Cryptography;

namespace GslbServer.Steering;

/// <summary>A geo database compiled for lookup and for building place tables: all of both address families, as sorted disjoint ranges with an index into
/// <see cref="Locations"/> (and, from an ASN database, a number). Networks longer than /24 and /56 are folded into the one that covers most of their
/// /24 or /56. Frozen.</summary>
public sealed class GeoTable
{
    /// <summary>No database: every address is <see cref="Location.Unknown"/>.</summary>
    public static readonly GeoTable Empty = new(GeoLayers.Empty, [Location.Unknown], "0000000000000000", "no database");

    private readonly Location[] _locations;

    private GeoTable(GeoLayers layers, Location[] locations, string hash, string description)
    {
        Layers = layers;
        _locations = locations;
        Hash = hash;
        Description = description;
    }

    /// <summary>Distinct locations; index 0 is <see cref="Location.Unknown"/>.</summary>
    public IReadOnlyList<Location> Locations => _locations;

    /// <summary>16 hexadecimal digits over the content; equal on nodes with the same databases.</summary>
    public string Hash { get; }

    /// <summary>Build dates and types of the databases, for people.</summary>
    public string Description { get; }

    internal GeoLayers Layers { get; }

    /// <summary>Compiles MaxMind DB files, recognised by their <c>database_type</c>: the last city (or country) and the last ASN database count. ASNs
    /// inside the city
    /// database count where no ASN database is given. A type that names neither is taken for what its records hold.</summary>
    /// <param name="databases">Name for messages, and the mapped content.</param>
    /// <exception cref="GeoDataException">A file is corrupt or of an unknown kind; the message says which and why.</exception>
    public static GeoTable Compile(IReadOnlyList<(string Name, ReadOnlyMemory<byte> Content)> databases)
    {
        if (databases.Count == 0) return Empty;
        Source? city = null;
        Source? asn = null;
        foreach ((string name, ReadOnlyMemory<byte> content) in databases)
        {
            MmdbReader reader = MmdbReader.Open(name, content);
            var pool = new LocationPool();
            var records = new GeoRecords(reader, pool);
            GeoLayers layers = new MmdbTreeWalk(reader, records).Walk();
            var source = new Source(reader.Metadata.ToString(), content, layers, pool.ToArray(), records.HasAsns);
            if (IsCity(reader.Metadata.DatabaseType, records, name)) city = source;
            else asn = source;
        }

        Source? asnSource = asn ?? (city is { HasAsns: true } ? city : null);
        GeoLayers locations = city?.Layers ?? GeoLayers.Empty;
        GeoLayers asns = asnSource?.Layers ?? GeoLayers.Empty;
        Source[] used = new[] { city, asn }.OfType<Source>().ToArray();
        GeoLayers both = locations with { Asns4 = asns.Asns4, Asns6 = asns.Asns6 };
        return new GeoTable(both, city?.Locations ?? Empty._locations, HashOf(used), string.Join(", ", used.Select(source => source.Description)));
    }

    /// <summary>Cold: for explain. 0 as ASN means unknown.</summary>
    /// <param name="address">Left-aligned, as in <see cref="Client"/>.</param>
    public (Location Location, uint Asn) Find(bool isIPv6, UInt128 address)
    {
        uint upper32 = (uint)(address >> 96);
        ulong upper64 = (ulong)(address >> 64);
        int location = isIPv6 ? Layers.Locations6.Find(upper64) : Layers.Locations4.Find(upper32);
        int asn = isIPv6 ? Layers.Asns6.Find(upper64) : Layers.Asns4.Find(upper32);
        return (_locations[location], (uint)asn);
    }

    private sealed record Source(string Description, ReadOnlyMemory<byte> Content, GeoLayers Layers, Location[] Locations, bool HasAsns);

    private static bool IsCity(string type, GeoRecords records, string name)
    {
        // City first: "DBIP-Location-ISP (compat=City)" is a city database that knows ISPs too.
        if (Says("City") || Says("Country") || Says("Enterprise")) return true;
        if (Says("ASN") || Says("ISP")) return false;
        if (records.HasLocations) return true;
        if (records.HasAsns) return false;
        throw new GeoDataException(
            $"{name}: a database of type \"{type}\", whose records tell neither a place nor an ASN; expected a city, country or ASN database.");

        bool Says(string kind) => type.Contains(kind, StringComparison.OrdinalIgnoreCase);
    }

    private static string HashOf(Source[] used)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Source source in used) hash.AppendData(source.Content.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
