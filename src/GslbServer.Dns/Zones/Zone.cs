namespace GslbServer.Dns;

/// <summary>A zone compiled for answering: name table, RRsets as wire bytes, steered names as indices. Frozen; made by <see cref="ZoneCompiler"/>.</summary>
public sealed class Zone
{
    public DomainName Apex => throw new NotImplementedException();

    public uint Serial => throw new NotImplementedException();

    /// <summary>SHA-256 over the records in canonical order, 16 hexadecimal digits: equal on two nodes that serve the same data.</summary>
    public string Hash => throw new NotImplementedException();
}

/// <summary>Turns records that passed their checks into a <see cref="Zone"/>.</summary>
public static class ZoneCompiler
{
    /// <param name="records">The zone's records; the first diagnostic-free reading of them.</param>
    /// <param name="steeredIndexOf">The steering index of a STEER's owner, or -1 when steering does not know it.</param>
    public static Zone Compile(DomainName apex, IReadOnlyList<ZoneRecord> records, Func<DomainName, int> steeredIndexOf) => throw new NotImplementedException();
}

/// <summary>All zones of a node. A query belongs to the closest enclosing one. Frozen.</summary>
public sealed class ZoneSet
{
    public static readonly ZoneSet Empty = new([]);

    public ZoneSet(IReadOnlyList<Zone> zones) => Zones = zones;

    public IReadOnlyList<Zone> Zones { get; }
}
