namespace GslbServer.Tests.Dns;

public sealed class WildcardTests
{
    // The zone of RFC 4592 section 2.2.1, with a CNAME and a delegation more.
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 3600
        @                SOA   ns hostmaster 1 3600 600 86400 300
        @                NS    ns.example.com.
        *                TXT   "this is a wildcard"
        *                MX    10 host1
        sub.*            TXT   "this is not a wildcard"
        host1            A     192.0.2.1
        _ssh._tcp.host1  SRV   0 0 22 host1
        _ssh._tcp.host2  SRV   0 0 22 host2
        subdel           NS    ns.example.com.
        *.alias          CNAME host1
        """);

    private const string Soa = "example.org. 300 SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 300";

    [Theory]
    [InlineData("host3.example.org.")]
    [InlineData("foo.bar.example.org.")]
    [InlineData("*.example.org.")]
    [InlineData("_telnet._tcp.host3.example.org.")]
    public void Name_without_a_closer_encloser_is_synthesized_with_the_owner_asked_for(string name)
        => Server.Ask($"{name} TXT").Is("NOERROR qr aa rd", answer: $"{name} 3600 TXT \"this is a wildcard\"");

    [Fact]
    public void Type_that_the_wildcard_lacks_is_nodata() => Server.Ask("host3.example.org. A").Is("NOERROR qr aa rd", authority: Soa);

    [Theory]
    [InlineData("host1.example.org. MX")] // the name exists
    [InlineData("sub.*.example.org. MX")] // so does this one
    [InlineData("host2.example.org. MX")] // an empty non-terminal exists
    [InlineData("_tcp.host1.example.org. TXT")]
    public void Existing_name_blocks_the_wildcard(string question) => Server.Ask(question).Is("NOERROR qr aa rd", authority: Soa);

    [Theory]
    [InlineData("_telnet._tcp.host1.example.org. SRV")] // closest encloser _tcp.host1
    [InlineData("ghost.*.example.org. MX")] // closest encloser *.example.org, which has no child *
    public void Closest_encloser_without_a_wildcard_of_its_own_means_name_error(string question)
        => Server.Ask(question).Is("NXDOMAIN qr aa rd", authority: Soa);

    [Fact]
    public void Cut_blocks_the_wildcard()
        => Server.Ask("host.subdel.example.org. A").Is("NOERROR qr rd", authority: "subdel.example.org. 3600 NS ns.example.com.");

    [Fact]
    public void Alias_at_a_wildcard_is_followed()
        => Server.Ask("x.alias.example.org. A").Is("NOERROR qr aa rd",
            answer: """
                x.alias.example.org. 3600 CNAME host1.example.org.
                host1.example.org. 3600 A 192.0.2.1
                """);

    [Fact]
    public void Mail_exchanger_of_a_wildcard_brings_its_address()
        => Server.Ask("host3.example.org. MX").Is("NOERROR qr aa rd",
            answer: "host3.example.org. 3600 MX 10 host1.example.org.", additional: "host1.example.org. 3600 A 192.0.2.1");
}
