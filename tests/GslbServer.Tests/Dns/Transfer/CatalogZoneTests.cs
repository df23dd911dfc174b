using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>RFC 9432, as a consumer.</summary>
public sealed class CatalogZoneTests
{
    [Fact]
    public void Members_groups_and_changes_of_ownership_are_read()
    {
        IReadOnlyList<CatalogMember>? members = Read("""
            version TXT "2"
            a.zones PTR example.com.
            group.a.zones TXT "fast"
            group.a.zones TXT "slow"
            b.zones PTR example.net.
            coo.b.zones PTR other.invalid.
            ext.vendor TXT "passed over"
            """, out string problem);
        Assert.Equal("", problem);
        Assert.Equal(["example.com. a  fast,slow", "example.net. b other.invalid. "], members!.Select(m => $"{m.Zone} {m.Unique} {m.NewCatalog} {string.Join(',', m.Groups)}"));
    }

    [Theory]
    [InlineData("a.zones PTR example.com.", "no TXT at version.cat.invalid.")]
    [InlineData("version TXT \"1\"", "says \"1\"; expected \"2\" alone")]
    [InlineData("version TXT \"2\"\nversion TXT \"3\"", "expected \"2\" alone")]
    [InlineData("version TXT \"2\"\na.zones PTR example.com.\na.zones PTR example.net.", "several PTR at a.zones.cat.invalid.")]
    [InlineData("version TXT \"2\"\na.zones PTR example.com.\nb.zones PTR EXAMPLE.com.", "listed 2 times")]
    public void What_is_no_catalog_is_not_processed(string records, string message)
    {
        Assert.Null(Read(records, out string problem));
        Assert.Contains(message, problem);
    }

    private static IReadOnlyList<CatalogMember>? Read(string records, out string problem)
    {
        ZoneFile file = ZoneFileReader.Read("cat", $"$ORIGIN cat.invalid.\n$TTL 0\n@ SOA invalid. invalid. 1 60 60 86400 0\n@ NS invalid.\n{records}\n", DomainName.Root);
        Assert.False(file.HasErrors, string.Join('\n', file.Diagnostics));
        return CatalogZone.Read(DomainName.Parse("cat.invalid."), file.Records, out problem);
    }
}
