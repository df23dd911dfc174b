using System.Buffers;
using System.Security.Cryptography;

namespace GslbServer.Steering;

/// <summary>Geo databases that were read and found good: for building place tables, and for telling where one address is. Networks longer than /24 and /56 are folded
/// into the one that covers most of their /24 or /56. Frozen.</summary>
/// <remarks>Queries are answered from place tables. So what only compiling and explaining need is not kept in memory: it is read again where it lies
/// (<see cref="GeoContent"/>), which costs a compilation tens of milliseconds and saves tens of megabytes.</remarks>
public sealed class GeoTable
{
    /// <summary>No database: every address is <see cref="Location.Unknown"/>.</summary>
    public static readonly GeoTable Empty = new(null, null);

    private readonly GeoDatabase? _city;
    private readonly GeoDatabase? _asn;
    private readonly Task<string> _hash;

    private GeoTable(GeoDatabase? city, GeoDatabase? asn)
    {
        _city = city;
        // ASNs inside the city database count where no ASN database is given.
        _asn = asn ?? (city is { HasAsns: true } ? city : null);
        GeoDatabase[] used = [.. new[] { city, asn }.OfType<GeoDatabase>()];
        Databases = [.. used.Select(database => (database.Metadata.DatabaseType, database.Metadata.BuiltAt))];
        Description = used.Length == 0 ? "no database" : string.Join(", ", used.Select(database => database.Metadata.ToString()));
        // Nobody asks before tables were compiled of it, which another core does meanwhile.
        _hash = used.Length == 0 ? Task.FromResult(new string('0', 16)) : Task.Run(() => HashOf(used));
    }

    /// <summary>Distinct locations, without cities; index 0 is <see cref="Location.Unknown"/>.</summary>
    public IReadOnlyList<Location> Locations => _city?.Locations ?? LocationList.Empty;

    /// <summary>16 hexadecimal digits over the content; equal on nodes with the same databases.</summary>
    public string Hash => _hash.GetAwaiter().GetResult();

    /// <summary>Type and build date of each database that counts.</summary>
    public IReadOnlyList<(string Type, DateTimeOffset BuiltAt)> Databases { get; }

    /// <summary>Build dates and types of the databases, for people.</summary>
    public string Description { get; }

    /// <summary>Compiles databases that are in memory.</summary>
    /// <param name="databases">Name for messages, and the content, which the table goes on using.</param>
    /// <exception cref="GeoDataException">A file is corrupt or of an unknown kind; the message says which and why.</exception>
    public static GeoTable Compile(IReadOnlyList<(string Name, ReadOnlyMemory<byte> Content)> databases)
        => Read([.. databases.Select(database => GeoContent.InMemory(database.Name, database.Content))]);

    /// <summary>Compiles MaxMind DB files, recognised by their <c>database_type</c>: the last city (or country) and the last ASN database count. ASNs
    /// inside the city
    /// database count where no ASN database is given. A type that names neither is taken for what its records hold.</summary>
    /// <exception cref="GeoDataException">A file is corrupt or of an unknown kind; the message says which and why.</exception>
    public static GeoTable Read(IReadOnlyList<GeoContent> databases)
    {
        GeoDatabase? city = null;
        GeoDatabase? asn = null;
        foreach (GeoContent content in databases)
        {
            GeoDatabase database = GeoDatabase.Read(content);
            if (IsCity(database)) city = database;
            else asn = database;
        }

        return city is null && asn is null ? Empty : new GeoTable(city, asn);
    }

    /// <summary>Cold: for explain. 0 as ASN means unknown.</summary>
    /// <param name="address">Left-aligned, as in <see cref="Client"/>.</param>
    public (Location Location, uint Asn) Find(bool isIPv6, UInt128 address)
    {
        ulong upper = (ulong)(address >> 64);
        using GeoDatabase.View? city = _city?.Open();
        using GeoDatabase.View? asn = _asn?.Open();
        Location location = city is null ? Location.Unknown : city.Describe(city.Find(isIPv6, upper).Location);
        return (location, asn?.Find(isIPv6, upper).Asn ?? 0);
    }

    internal GeoCursors Walk(bool isIPv6, bool withAsns) => new(_city, withAsns ? _asn : null, isIPv6);

    private static bool IsCity(GeoDatabase database)
    {
        string type = database.Metadata.DatabaseType;
        // City first: "DBIP-Location-ISP (compat=City)" is a city database that knows ISPs too.
        if (Says("City") || Says("Country") || Says("Enterprise")) return true;
        if (Says("ASN") || Says("ISP")) return false;
        if (database.HasLocations) return true;
        if (database.HasAsns) return false;
        throw new GeoDataException(
            $"{database.Content.Name}: a database of type \"{type}\", whose records tell neither a place nor an ASN; expected a city, country or ASN database.");

        bool Says(string kind) => type.Contains(kind, StringComparison.OrdinalIgnoreCase);
    }

    private static string HashOf(GeoDatabase[] used)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (GeoDatabase database in used)
        {
            using IMemoryOwner<byte> content = database.Content.Open();
            hash.AppendData(content.Memory.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
