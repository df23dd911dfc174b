using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Signing;

/// <summary>Nothing stands between a name and its successor (RFC 4471 section 3.1.2).</summary>
public sealed class CompactDenialTests
{
    [Theory]
    [InlineData("example.org.", "\\000.example.org.")]
    [InlineData("WWW.Example.org.", "\\000.www.example.org.")]
    public void A_name_is_followed_by_the_first_below_it(string name, string successor)
        => Assert.Equal(successor, DomainName.FromWire(CompactDenial.Successor(DomainName.Parse(name).Wire)).ToString());

    [Fact]
    public void Where_no_label_fits_below_the_label_grows() => Assert.Equal(Long("a\\000", 254), Successor(Long("a", 254)));

    [Fact]
    public void Where_nothing_fits_the_label_is_the_next_one()
    {
        Assert.Equal(Long("b", 255), Successor(Long("a", 255)));
        Assert.Equal(Long("[", 255), Successor(Long("@", 255)));
        Assert.Equal(Long("b", 254), Successor(Long("a\\255", 254)));
    }

    private static string Successor(string name) => DomainName.FromWire(CompactDenial.Successor(DomainName.Parse(name).Wire)).ToString();

    /// <summary>A name that would be as long as said if its first label had one octet.</summary>
    private static string Long(string first, int length)
    {
        int rest = length - 1 - 2 - (3 * 64);
        return $"{first}.{new string('x', rest - 1)}.{new string('y', 63)}.{new string('y', 63)}.{new string('y', 63)}.";
    }
}
