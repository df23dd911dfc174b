using GslbServer.Dns;

namespace GslbServer;

/// <summary>All that a key directory has for one zone.</summary>
/// <param name="Bundle">Null where the private KSK is here.</param>
internal sealed record ZoneKeys(DomainName Zone, IReadOnlyList<ZoneKey> Keys, KeyPolicy Policy, KeyBundle? Bundle)
{
    public static ZoneKeys Empty(DomainName zone) => new(zone, [], KeyPolicy.Default, null);
}

/// <summary>A key directory as read at one moment.</summary>
/// <param name="Errors">What is wrong with the files of each zone, a line each.</param>
/// <param name="Unclear">What is wrong and belongs to no zone that can be told: it stands against every zone that has keys here.</param>
internal sealed record KeyDirectoryContents(IReadOnlyDictionary<DomainName, ZoneKeys> Zones, ILookup<DomainName, string> Errors, IReadOnlyList<string> Unclear)
{
    public static readonly KeyDirectoryContents Empty = new(new Dictionary<DomainName, ZoneKeys>(), Array.Empty<string>().ToLookup(_ => DomainName.Root), []);

    /// <summary>Everything that is wrong.</summary>
    public IEnumerable<string> AllErrors => Unclear.Concat(Errors.SelectMany(e => e));
}
