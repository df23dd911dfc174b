namespace GslbServer.Tests.Dns;

public sealed class EmptyNonTerminalTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 3600
        @       SOA  ns1 hostmaster 1 3600 600 86400 300
        @       NS   ns1
        ns1     A    192.0.2.1
        a.b.ent TXT  "two empty names above"
        """);

    private const string Soa = "example.org. 300 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 300";

    [Theory]
    [InlineData("b.ent.example.org. A")]
    [InlineData("ent.example.org. TXT")]
    [InlineData("ent.example.org. ANY")]
    public void Name_with_nothing_but_names_below_it_is_nodata(string question) => Server.Ask(question).Is("NOERROR qr aa rd", authority: Soa);

    [Theory]
    [InlineData("c.ent.example.org. A")]
    [InlineData("x.a.b.ent.example.org. TXT")]
    public void Name_beside_or_below_is_a_name_error(string question) => Server.Ask(question).Is("NXDOMAIN qr aa rd", authority: Soa);
}
