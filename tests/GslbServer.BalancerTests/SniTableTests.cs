namespace GslbServer.Balancer.Tests;

public sealed class SniTableTests
{
    private static readonly SniTable<string> Table = new(
    [
        (new SniSettings { Names = ["*.example.org"] }, "below"),
        (new SniSettings { Names = ["A.example.org"] }, "exact"),
        (new SniSettings { Names = ["a.example.org"], Alpn = ["acme-tls/1"] }, "acme"),
        (new SniSettings { Names = ["*.deep.example.org"] }, "deeper"),
        (new SniSettings { Alpn = ["h2"] }, "any h2"),
    ]);

    [Theory]
    [InlineData("a.example.org", "", "exact")]
    [InlineData("a.example.org", "acme-tls/1", "acme")]
    [InlineData("b.example.org", "h2", "below")]
    [InlineData("b.c.example.org", "", "below")]
    [InlineData("x.deep.example.org", "", "deeper")]
    [InlineData("deep.example.org", "", "below")]
    [InlineData("example.org", "", null)]
    [InlineData("other.example.net", "h2", "any h2")]
    [InlineData(null, "h2", "any h2")]
    [InlineData(null, "", null)]
    public void The_exact_name_wins_then_the_longest_and_protocols_before_none(string? name, string protocol, string? expected) =>
        Assert.Equal(expected, Table.Find(new ClientHello(name, protocol.Length == 0 ? [] : [protocol])));
}
