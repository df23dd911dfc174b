namespace GslbServer.Tests.Dns;

public sealed class AnyTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @       SOA   ns1 hostmaster 1 3600 600 86400 60
        @       NS    ns1
        ns1     A     192.0.2.1
        ns1     TXT   "never seen by ANY"
        alias   CNAME ns1
        *.wild  A     192.0.2.2
        region  REGION 50 8
        region  A     192.0.2.10
        www     STEER failover region
        """);

    private const string Soa = "example.org. 60 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 60";

    [Theory]
    [InlineData("ns1.example.org.")]
    [InlineData("example.org.")]
    [InlineData("x.wild.example.org.")]
    [InlineData("www.example.org.")]
    public void Any_is_answered_with_rfc_8482s_hinfo(string name)
        => Server.Ask($"{name} ANY").Is("NOERROR qr aa rd", answer: $"{name} 3600 HINFO \"RFC8482\" \"\"");

    [Fact]
    public void Any_of_an_alias_is_the_alias()
        => Server.Ask("alias.example.org. ANY").Is("NOERROR qr aa rd", answer: "alias.example.org. 300 CNAME ns1.example.org.");

    [Fact]
    public void Any_of_a_missing_name_is_a_name_error() => Server.Ask("nope.example.org. ANY").Is("NXDOMAIN qr aa rd", authority: Soa);

    [Fact]
    public void Any_of_an_empty_name_is_nodata() => Server.Ask("wild.example.org. ANY").Is("NOERROR qr aa rd", authority: Soa);
}
