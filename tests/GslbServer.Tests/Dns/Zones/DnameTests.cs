namespace GslbServer.Tests.Dns;

public sealed class DnameTests
{
    private static readonly string LongLabel = new('a', 60);

    private static readonly TestServer Server = TestServer.Of($"""
        $ORIGIN example.org.
        $TTL 300
        @            SOA   ns1 hostmaster 1 3600 600 86400 60
        @            NS    ns1
        ns1          A     192.0.2.1
        www.new      A     192.0.2.80
        old     600  DNAME new
        old          TXT   "beside the DNAME"
        away         DNAME example.com.
        long         DNAME {LongLabel}.{LongLabel}.{LongLabel}
        loop1        DNAME loop2
        loop2        DNAME loop1
        grow         DNAME x.grow
        """);

    private const string Soa = "example.org. 60 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 60";

    [Fact]
    public void Name_below_is_rewritten_and_followed()
        => Server.Ask("www.old.example.org. A").Is("NOERROR qr aa rd",
            answer: """
                old.example.org. 600 DNAME new.example.org.
                www.old.example.org. 600 CNAME www.new.example.org.
                www.new.example.org. 300 A 192.0.2.80
                """);

    [Fact]
    public void Owner_itself_is_an_ordinary_name()
    {
        Server.Ask("old.example.org. TXT").Is("NOERROR qr aa rd", answer: "old.example.org. 300 TXT \"beside the DNAME\"");
        Server.Ask("old.example.org. DNAME").Is("NOERROR qr aa rd", answer: "old.example.org. 600 DNAME new.example.org.");
        Server.Ask("old.example.org. A").Is("NOERROR qr aa rd", authority: Soa);
    }

    [Theory]
    [InlineData("CNAME")]
    [InlineData("ANY")]
    public void Question_for_the_alias_itself_is_not_followed(string type)
        => Server.Ask($"www.old.example.org. {type}").Is("NOERROR qr aa rd",
            answer: """
                old.example.org. 600 DNAME new.example.org.
                www.old.example.org. 600 CNAME www.new.example.org.
                """);

    [Fact]
    public void Rewritten_name_that_is_missing_is_a_name_error()
        => Server.Ask("a.b.old.example.org. A").Is("NXDOMAIN qr aa rd", authority: Soa,
            answer: """
                old.example.org. 600 DNAME new.example.org.
                a.b.old.example.org. 600 CNAME a.b.new.example.org.
                """);

    [Fact]
    public void Rewritten_name_out_of_our_zones_ends_the_answer()
        => Server.Ask("www.away.example.org. AAAA").Is("NOERROR qr aa rd",
            answer: """
                away.example.org. 300 DNAME example.com.
                www.away.example.org. 300 CNAME www.example.com.
                """);

    [Fact]
    public void Rewritten_name_that_is_too_long_is_yxdomain()
        => Server.Ask($"{LongLabel}.b.long.example.org. A").Is("YXDOMAIN qr aa rd",
            answer: $"long.example.org. 300 DNAME {LongLabel}.{LongLabel}.{LongLabel}.example.org.");

    [Fact]
    public void Loop_is_told_once()
        => Server.Ask("www.loop1.example.org. A").Is("NOERROR qr aa rd",
            answer: """
                loop1.example.org. 300 DNAME loop2.example.org.
                www.loop1.example.org. 300 CNAME www.loop2.example.org.
                loop2.example.org. 300 DNAME loop1.example.org.
                www.loop2.example.org. 300 CNAME www.loop1.example.org.
                """);

    [Fact]
    public void Growing_name_ends_and_its_dname_stands_once()
    {
        Reply reply = Server.Ask("www.grow.example.org. A");
        Assert.Single(reply.Answer, line => line.Contains(" DNAME ", StringComparison.Ordinal));
    }
}
