namespace GslbServer.Tests.Dns;

public sealed class NegativeTests
{
    private static TestServer With(string soaTtl, string minimum) => TestServer.Of($"""
        $ORIGIN example.org.
        $TTL 3600
        @    {soaTtl} SOA ns1 hostmaster 1 3600 600 86400 {minimum}
        @    NS   ns1
        ns1  A    192.0.2.1
        reg  REGION 50 8
        reg  A    192.0.2.10
        chk  CHECK none
        www  STEER failover reg check=chk
        """);

    [Theory]
    [InlineData("3600", "60", 60)]
    [InlineData("30", "60", 30)]
    [InlineData("60", "0", 0)]
    public void Soa_lives_as_long_as_the_smaller_of_its_ttl_and_minimum(string soaTtl, string minimum, int ttl)
        => With(soaTtl, minimum).Ask("nope.example.org. A").Is("NXDOMAIN qr aa rd",
            authority: $"example.org. {ttl} SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 {minimum}");

    [Theory]
    [InlineData("ns1.example.org. AAAA")]
    [InlineData("ns1.example.org. TYPE1234")]
    [InlineData("ns1.example.org. TYPE0")]
    [InlineData("example.org. DS")]
    [InlineData("example.org. SRV")]
    public void Name_without_the_type_is_nodata(string question)
        => With("3600", "60").Ask(question).Is("NOERROR qr aa rd",
            authority: "example.org. 60 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 60");

    [Theory]
    [InlineData("reg.example.org. REGION")]
    [InlineData("chk.example.org. CHECK")]
    [InlineData("www.example.org. STEER")]
    public void Configuration_is_not_answered(string question)
        => With("3600", "60").Ask(question).Is("NOERROR qr aa rd",
            authority: "example.org. 60 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 60");

    [Fact]
    public void Soa_itself_is_answered_with_its_own_ttl()
        => With("3600", "60").Ask("example.org. SOA").Is("NOERROR qr aa rd",
            answer: "example.org. 3600 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 60");

    [Theory]
    [InlineData("www.example.com. A")]
    [InlineData("org. NS")]
    [InlineData(". NS")]
    [InlineData("notexample.org. A")]
    public void Name_outside_our_zones_is_refused(string question) => With("3600", "60").Ask(question).Is("REFUSED qr rd");
}
