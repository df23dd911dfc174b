using GslbServer.Dns;

namespace GslbServer.Tests.Transfers;

/// <summary>Catalogs that list the same zone (RFC 9432 section 4.4.1).</summary>
public sealed class CatalogOwnersTests
{
    private static readonly DomainName Zone = DomainName.Parse("example.org."), A = DomainName.Parse("a."), B = DomainName.Parse("b.");
    private readonly List<string> _conflicts = [];

    [Fact]
    public void The_first_catalog_has_it_and_keeps_it()
    {
        Assert.Equal(A, Decide(null, List(A), List(B)));
        Assert.Contains("listed by catalog b., but it is a.'s", Assert.Single(_conflicts));
        Assert.Equal(B, Decide(B, List(A), List(B)));
    }

    [Fact]
    public void It_goes_over_when_its_catalog_says_so_or_no_longer_lists_it()
    {
        Assert.Equal(B, Decide(A, List(A, heir: B), List(B)));
        Assert.Empty(_conflicts);
        Assert.Equal(A, Decide(A, List(A, heir: B)));
        Assert.Equal(B, Decide(A, List(B)));
    }

    [Fact]
    public void A_zone_named_by_the_operator_is_not_for_catalogs()
    {
        Assert.Empty(CatalogOwners.Decide(new Dictionary<DomainName, DomainName>(), [List(A)], new HashSet<DomainName> { Zone }, _conflicts));
        Assert.Contains("--secondary", Assert.Single(_conflicts));
    }

    private DomainName Decide(DomainName? before, params (DomainName, IReadOnlyList<CatalogMember>)[] catalogs)
    {
        var owners = new Dictionary<DomainName, DomainName>();
        if (before is not null) owners[Zone] = before;
        return CatalogOwners.Decide(owners, catalogs, new HashSet<DomainName>(), _conflicts)[Zone].Catalog;
    }

    private static (DomainName, IReadOnlyList<CatalogMember>) List(DomainName catalog, DomainName? heir = null) => (catalog, [new CatalogMember(Zone, "u", heir, [])]);
}
