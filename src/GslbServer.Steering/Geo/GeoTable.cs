namespace GslbServer.Steering;

/// <summary>A geo database compiled for lookup and for building place tables: all of both address families, as sorted disjoint ranges with an index into
/// <see cref="Locations"/> (and, from an ASN database, a number). Networks longer than /24 and /56 are folded into the one that covers most of their
/// /24 or /56. Frozen.</summary>
public sealed class GeoTable
{
    /// <summary>No database: every address is <see cref="Location.Unknown"/>.</summary>
    public static readonly GeoTable Empty = new();

    private GeoTable()
    {
    }

    /// <summary>Distinct locations; index 0 is <see cref="Location.Unknown"/>.</summary>
    public IReadOnlyList<Location> Locations => throw new NotImplementedException();

    /// <summary>16 hexadecimal digits over the content; equal on nodes with the same databases.</summary>
    public string Hash => throw new NotImplementedException();

    /// <summary>Build dates and types of the databases, for people.</summary>
    public string Description => throw new NotImplementedException();

    /// <summary>Compiles MaxMind DB files, recognised by their <c>database_type</c>: the last city (or country) and the last ASN database count.</summary>
    /// <param name="databases">Name for messages, and the mapped content.</param>
    /// <exception cref="GeoDataException">A file is corrupt or of an unknown kind; the message says which and why.</exception>
    public static GeoTable Compile(IReadOnlyList<(string Name, ReadOnlyMemory<byte> Content)> databases) => throw new NotImplementedException();

    /// <summary>Cold: for explain. 0 as ASN means unknown.</summary>
    public (Location Location, uint Asn) Find(bool isIPv6, UInt128 address) => throw new NotImplementedException();
}

/// <summary>A geo database that cannot be used, and why.</summary>
public sealed class GeoDataException(string message) : Exception(message);
