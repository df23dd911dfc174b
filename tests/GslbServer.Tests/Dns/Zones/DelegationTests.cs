namespace GslbServer.Tests.Dns;

public sealed class DelegationTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 3600
        @            SOA   ns1 hostmaster 1 3600 600 86400 300
        @            NS    ns1
        ns1          A     192.0.2.1
        child        NS    ns.child
        child        NS    ns.sibling
        child        NS    ns1
        child        NS    ns.example.net.
        child        DS    12345 8 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
        ns.child     A     192.0.2.53
        ns.child     AAAA  2001:db8::53
        sibling      NS    ns.sibling
        ns.sibling   A     192.0.2.54
        alias        CNAME www.child
        """);

    private const string ChildServers = """
        child.example.org. 3600 NS ns.child.example.org.
        child.example.org. 3600 NS ns.sibling.example.org.
        child.example.org. 3600 NS ns1.example.org.
        child.example.org. 3600 NS ns.example.net.
        """;

    private const string ChildGlue = """
        ns.child.example.org. 3600 A 192.0.2.53
        ns.child.example.org. 3600 AAAA 2001:db8::53
        ns.sibling.example.org. 3600 A 192.0.2.54
        """;

    [Theory]
    [InlineData("www.child.example.org. A")]
    [InlineData("a.b.c.child.example.org. TXT")]
    [InlineData("child.example.org. A")]
    [InlineData("child.example.org. NS")]
    [InlineData("child.example.org. ANY")]
    [InlineData("ns.child.example.org. A")]
    [InlineData("x.child.example.org. DS")]
    public void Name_at_or_below_a_cut_gets_a_referral_with_glue(string question)
        => Server.Ask(question).Is("NOERROR qr rd", authority: ChildServers, additional: ChildGlue);

    [Fact]
    public void Glue_inside_the_delegated_zone_comes_first()
        => Assert.StartsWith("ns.child.example.org.", Server.Ask("www.child.example.org. A").Additional[0], StringComparison.Ordinal);

    [Fact]
    public void Ds_at_the_cut_is_the_parents_data()
        => Server.Ask("child.example.org. DS").Is("NOERROR qr aa rd",
            answer: "child.example.org. 3600 DS \\# 36 303908020123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF");

    [Fact]
    public void Ds_of_an_unsigned_child_is_nodata_of_the_parent()
        => Server.Ask("sibling.example.org. DS").Is("NOERROR qr aa rd",
            authority: "example.org. 300 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 300");

    [Fact]
    public void Alias_into_a_delegated_zone_ends_in_a_referral_and_stays_authoritative()
        => Server.Ask("alias.example.org. A").Is("NOERROR qr aa rd",
            answer: "alias.example.org. 3600 CNAME www.child.example.org.", authority: ChildServers, additional: ChildGlue);
}
