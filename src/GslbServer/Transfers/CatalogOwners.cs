using GslbServer.Dns;

namespace GslbServer;

/// <summary>Whose member a zone is, where catalogs disagree (RFC 9432 section 4.4.1): the catalog that has it keeps it until it no longer lists it, or says by <c>coo</c> who is to take it over.</summary>
internal static class CatalogOwners
{
    /// <param name="before">Catalog by zone.</param>
    /// <param name="catalogs">What each catalog lists.</param>
    /// <param name="reserved">Zones that are not for catalogs: named by <c>--secondary</c>.</param>
    /// <param name="conflicts">Gets one line for each zone that a catalog lists in vain.</param>
    public static Dictionary<DomainName, (DomainName Catalog, CatalogMember Member)> Decide(IReadOnlyDictionary<DomainName, DomainName> before,
        IReadOnlyList<(DomainName Catalog, IReadOnlyList<CatalogMember> Members)> catalogs, IReadOnlySet<DomainName> reserved, List<string> conflicts)
    {
        var owners = new Dictionary<DomainName, (DomainName Catalog, CatalogMember Member)>();
        foreach (var listed in catalogs.SelectMany(c => c.Members.Select(m => (c.Catalog, Member: m))).GroupBy(l => l.Member.Zone))
        {
            if (reserved.Contains(listed.Key))
            {
                conflicts.Add($"{listed.Key}: listed by catalog {listed.First().Catalog}, but this node has it by --secondary");
                continue;
            }

            (DomainName Catalog, CatalogMember Member)[] claims = [.. listed];
            (DomainName Catalog, CatalogMember Member) owner = before.TryGetValue(listed.Key, out DomainName? had) && claims.FirstOrDefault(c => c.Catalog.Equals(had)) is { Catalog: not null } kept
                ? kept : claims[0];
            if (owner.Member.NewCatalog is { } heir && claims.FirstOrDefault(c => c.Catalog.Equals(heir)) is { Catalog: not null } taker)
            {
                owner = taker;
            }

            owners[listed.Key] = owner;
            conflicts.AddRange(claims.Where(c => !c.Catalog.Equals(owner.Catalog) && !owner.Catalog.Equals(c.Member.NewCatalog))
                .Select(c => $"{listed.Key}: listed by catalog {c.Catalog}, but it is {owner.Catalog}'s, which does not give it up (coo)"));
        }

        return owners;
    }
}
