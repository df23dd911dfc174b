namespace GslbServer.Tests.Dns;

public sealed class TruncationTests
{
    private static readonly TestServer Server = TestServer.Of($"""
        $ORIGIN example.org.
        $TTL 300
        @     SOA ns1 hostmaster 1 3600 600 86400 60
        @     NS  ns1
        ns1   A   192.0.2.1
        {Lines(80, i => $"big A 198.51.100.{i}")}
        {Lines(200, i => $"huge TXT {i:D3}{new string('x', 250)}")}
        alias CNAME big
        {Lines(12, i => $"wide NS ns{i}.wide\nns{i}.wide A 203.0.113.{i}\nns{i}.wide AAAA 2001:db8::{i}")}
        {Lines(12, i => $"side NS ns{i}.wide")}
        {Lines(30, i => $"mail MX {i} mx{i}\nmx{i} A 203.0.113.{i}")}
        """);

    private static string Lines(int count, Func<int, string> line) => string.Join('\n', Enumerable.Range(0, count).Select(line));

    private static Reply Ask(string question, ushort? size = null, bool overTcp = false)
        => Server.Ask(new QueryMessage(question) { Opt = size is { } octets ? new(octets) : null }, overTcp: overTcp);

    [Theory]
    [InlineData("big.example.org. A", null)]
    [InlineData("big.example.org. A", 1232)]
    [InlineData("huge.example.org. TXT", 4096)]
    public void Rrset_that_does_not_fit_is_left_out_whole(string question, int? size) => Ask(question, (ushort?)size).Is("NOERROR qr aa tc rd");

    [Fact]
    public void What_came_before_the_rrset_stays()
        => Ask("alias.example.org. A").Is("NOERROR qr aa tc rd", answer: "alias.example.org. 300 CNAME big.example.org.");

    [Fact]
    public void Opt_is_there_even_so() => Assert.NotNull(Ask("big.example.org. A", 512).Opt);

    [Theory]
    [InlineData("big.example.org. A", 80)]
    [InlineData("huge.example.org. TXT", 200)]
    public void Stream_takes_it_all(string question, int count)
    {
        Reply reply = Ask(question, overTcp: true);
        Assert.Equal("NOERROR qr aa rd", reply.Status);
        Assert.Equal(count, reply.Answer.Count);
    }

    [Fact]
    public void Glue_inside_the_delegated_zone_that_does_not_fit_sets_tc()
    {
        Reply reply = Ask("www.wide.example.org. A");
        Assert.Equal("NOERROR qr tc rd", reply.Status);
        Assert.Equal(12, reply.Authority.Count);
    }

    [Fact]
    public void Sibling_glue_that_does_not_fit_is_dropped_silently()
    {
        Reply reply = Ask("www.side.example.org. A");
        Assert.Equal("NOERROR qr rd", reply.Status);
        Assert.InRange(reply.Additional.Count, 1, 23);
        Assert.Equal(24, Ask("www.side.example.org. A", 1232).Additional.Count);
    }

    [Fact]
    public void Addresses_of_mail_exchangers_that_do_not_fit_are_dropped_silently()
    {
        Reply reply = Ask("mail.example.org. MX", 1000);
        Assert.Equal("NOERROR qr aa rd", reply.Status);
        Assert.Equal(30, reply.Answer.Count);
    }

    [Fact]
    public void Every_limit_gives_a_well_formed_answer_within_it()
    {
        foreach (string question in (string[])["big.example.org. A", "www.wide.example.org. A", "mail.example.org. MX", "example.org. NS", "nope.example.org. A"])
        {
            for (ushort size = 512; size <= 1232; size++) Assert.InRange(Ask(question, size).Length, 12, size);
        }
    }
}
