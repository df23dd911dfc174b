namespace GslbServer.Tests.Dns;

public sealed class CompressionTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @      SOA   ns1 hostmaster 1 3600 600 86400 60
        @      NS    ns1
        @      NS    ns2.Example.ORG.
        @      MX    10 mail
        ns1    A     192.0.2.1
        ns2    A     192.0.2.2
        mail   A     192.0.2.25
        srv    SRV   1 2 3 mail
        old    DNAME mail
        rp     RP    mail txt
        naptr  NAPTR 1 2 "u" "x" "" mail
        svcb   SVCB  1 mail
        ptr    PTR   mail
        """);

    private static byte[] Rdata(string question, int length)
        => Server.Ask(new QueryMessage(question)).Wire.Slice(12 + question.Split(' ')[0].Length + 1 + 4 + 2 + 10, length).ToArray();

    [Fact]
    public void Owner_points_at_the_question()
        => Assert.Equal(12 + 17 + 4 + 2 + 10 + 4, Server.Ask("ns1.example.org. A").Length);

    [Fact]
    public void Names_of_rfc_1035_types_are_compressed()
    {
        Assert.Equal([4, .. "mail"u8, 0xC0, 16], Rdata("ptr.example.org. PTR", 7));
        Assert.Equal([0, 10, 4, .. "mail"u8, 0xC0, 12], Rdata("example.org. MX", 9));
    }

    [Fact]
    public void Compression_ignores_case()
        => Server.Ask("EXAMPLE.org. NS").Is("NOERROR qr aa rd",
            answer: """
                EXAMPLE.org. 300 NS ns1.EXAMPLE.org.
                EXAMPLE.org. 300 NS ns2.EXAMPLE.org.
                """,
            additional: """
                ns1.EXAMPLE.org. 300 A 192.0.2.1
                ns2.EXAMPLE.org. 300 A 192.0.2.2
                """);

    [Fact]
    public void Glue_owner_points_into_the_servers_record()
    {
        // Header, question; NS: pointer, fixed, 3 + pointer; NS likewise; two addresses that are 2 + 10 + 4 each.
        Assert.Equal(12 + 17 + (2 * (12 + 6)) + (2 * 16), Server.Ask("example.org. NS").Length);
    }

    [Theory]
    [InlineData("srv.example.org. SRV", 6)]
    [InlineData("old.example.org. DNAME", 0)]
    [InlineData("rp.example.org. RP", 0)]
    [InlineData("svcb.example.org. SVCB", 2)]
    [InlineData("naptr.example.org. NAPTR", 9)]
    public void Names_of_later_types_are_spelled_out(string question, int nameAt)
        => Assert.Equal([4, .. "mail"u8, 7, .. "example"u8, 3, .. "org"u8, 0], Rdata(question, nameAt + 18)[nameAt..]);

    [Fact]
    public void Nothing_points_beyond_the_fourteen_bits_of_a_pointer()
    {
        string records = string.Join('\n', Enumerable.Range(0, 1500).Select(i => $"big NS a{i}.b{i}.example.net."));
        TestServer server = TestServer.Of($"$ORIGIN example.org.\n$TTL 300\n@ SOA ns1 hostmaster 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n{records}\n");
        Reply reply = server.Ask(new QueryMessage("www.big.example.org. A"), overTcp: true);
        Assert.Equal(1500, reply.Authority.Count);
        Assert.Contains("big.example.org. 300 NS a1499.b1499.example.net.", reply.Authority);
    }
}
