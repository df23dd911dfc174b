namespace GslbServer.Tests.Dns;

public sealed class AdditionalTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @       SOA   ns1 hostmaster 1 3600 600 86400 60
        @       NS    ns1
        @       NS    ns.example.net.
        @       NS    ns.example.com.
        @       MX    10 mail
        @       MX    20 mail
        @       MX    30 ns.child
        ns1     A     192.0.2.1
        ns1     AAAA  2001:db8::1
        mail    A     192.0.2.25
        _x._tcp SRV   1 1 80 mail
        _x._tcp SRV   1 1 81 mail
        svcb    SVCB  1 mail
        self    HTTPS 1 .
        alias   CNAME mail
        via     SVCB  1 alias
        child   NS    ns.child
        ns.child A    192.0.2.53
        *.wild  A     192.0.2.90
        wide    MX    10 a.wild
        wide    MX    20 b.wild
        """);

    [Fact]
    public void Name_servers_bring_their_addresses_as_far_as_the_zone_has_them()
        => Server.Ask("example.org. NS").Is("NOERROR qr aa rd",
            answer: """
                example.org. 300 NS ns1.example.org.
                example.org. 300 NS ns.example.net.
                example.org. 300 NS ns.example.com.
                """,
            additional: """
                ns1.example.org. 300 A 192.0.2.1
                ns1.example.org. 300 AAAA 2001:db8::1
                """);

    [Fact]
    public void Target_named_twice_stands_once_and_glue_is_no_answer()
        => Assert.Equal(["mail.example.org. 300 A 192.0.2.25"], Server.Ask("example.org. MX").Additional);

    [Theory]
    [InlineData("_x._tcp.example.org. SRV")]
    [InlineData("svcb.example.org. SVCB")]
    public void Service_brings_the_address_of_its_target(string question)
        => Assert.Equal(["mail.example.org. 300 A 192.0.2.25"], Server.Ask(question).Additional);

    [Fact]
    public void Targets_at_a_wildcard_are_synthesized()
        => Assert.Equal(["a.wild.example.org. 300 A 192.0.2.90", "b.wild.example.org. 300 A 192.0.2.90"], Server.Ask("wide.example.org. MX").Additional);

    [Theory]
    [InlineData("self.example.org. HTTPS")] // "." is the owner itself
    [InlineData("via.example.org. SVCB")] // an alias has no address
    [InlineData("example.org. SOA")]
    public void Nothing_is_added_where_there_is_nothing_to_add(string question) => Assert.Empty(Server.Ask(question).Additional);
}
