namespace GslbServer.Tests.Dns;

public sealed class CnameTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @         SOA   ns1 hostmaster 1 3600 600 86400 60
        @         NS    ns1
        ns1       A     192.0.2.1
        www       A     192.0.2.80
        chain1    CNAME chain2
        chain2    CNAME www
        dangling  CNAME nowhere
        away      CNAME www.example.com.
        over      CNAME www.example.net.
        over-gone CNAME gone.example.net.
        loop1     CNAME loop2
        loop2     CNAME loop1
        self      CNAME self
        *.w       CNAME a.w
        """, """
        $ORIGIN example.net.
        $TTL 300
        @         SOA   ns1 hostmaster 1 3600 600 86400 30
        @         NS    ns1.example.org.
        www       A     198.51.100.80
        """);

    private const string Soa = "example.org. 60 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 60";

    [Fact]
    public void Chain_is_followed_to_the_data()
        => Server.Ask("chain1.example.org. A").Is("NOERROR qr aa rd",
            answer: """
                chain1.example.org. 300 CNAME chain2.example.org.
                chain2.example.org. 300 CNAME www.example.org.
                www.example.org. 300 A 192.0.2.80
                """);

    [Fact]
    public void Question_for_the_alias_itself_is_not_followed()
        => Server.Ask("chain1.example.org. CNAME").Is("NOERROR qr aa rd", answer: "chain1.example.org. 300 CNAME chain2.example.org.");

    [Fact]
    public void Chain_to_a_name_without_the_type_is_nodata()
        => Server.Ask("chain2.example.org. MX").Is("NOERROR qr aa rd", answer: "chain2.example.org. 300 CNAME www.example.org.", authority: Soa);

    [Fact]
    public void Chain_to_a_missing_name_is_a_name_error()
        => Server.Ask("dangling.example.org. A").Is("NXDOMAIN qr aa rd", answer: "dangling.example.org. 300 CNAME nowhere.example.org.", authority: Soa);

    [Fact]
    public void Chain_out_of_our_zones_ends_there()
        => Server.Ask("away.example.org. A").Is("NOERROR qr aa rd", answer: "away.example.org. 300 CNAME www.example.com.");

    [Fact]
    public void Chain_into_another_of_our_zones_goes_on()
        => Server.Ask("over.example.org. A").Is("NOERROR qr aa rd",
            answer: """
                over.example.org. 300 CNAME www.example.net.
                www.example.net. 300 A 198.51.100.80
                """);

    [Fact]
    public void Negative_end_has_the_soa_of_the_last_zone()
        => Server.Ask("over-gone.example.org. A").Is("NXDOMAIN qr aa rd", answer: "over-gone.example.org. 300 CNAME gone.example.net.",
            authority: "example.net. 30 SOA ns1.example.net. hostmaster.example.net. 1 3600 600 86400 30");

    [Fact]
    public void Loop_is_told_once()
        => Server.Ask("loop1.example.org. A").Is("NOERROR qr aa rd",
            answer: """
                loop1.example.org. 300 CNAME loop2.example.org.
                loop2.example.org. 300 CNAME loop1.example.org.
                """);

    [Fact]
    public void Alias_of_itself_is_told_once()
        => Server.Ask("self.example.org. A").Is("NOERROR qr aa rd", answer: "self.example.org. 300 CNAME self.example.org.");

    [Fact]
    public void Wildcard_that_points_below_itself_is_told_until_it_repeats()
        => Server.Ask("x.w.example.org. A").Is("NOERROR qr aa rd",
            answer: """
                x.w.example.org. 300 CNAME a.w.example.org.
                a.w.example.org. 300 CNAME a.w.example.org.
                """);

    [Fact]
    public void Endless_chain_is_cut_at_seventeen_links()
    {
        string links = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"l{i} CNAME l{i + 1}"));
        TestServer server = TestServer.Of($"$ORIGIN example.org.\n$TTL 300\n@ SOA ns1 hostmaster 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n{links}\n");
        Reply reply = server.Ask(new QueryMessage("l0.example.org. A") { Opt = new() });
        Assert.Equal("NOERROR qr aa rd", reply.Status);
        Assert.Equal(17, reply.Answer.Count);
    }
}
