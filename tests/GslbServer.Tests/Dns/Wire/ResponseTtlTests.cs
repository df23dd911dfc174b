using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>RFC 8484 section 5.1.</summary>
public sealed class ResponseTtlTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @      SOA    ns1 hostmaster 1 3600 600 86400 60
        @      NS     ns1
        ns1    A      192.0.2.1
        alias 20 CNAME ns1
        child  NS     ns1
        """);

    [Theory]
    [InlineData("ns1.example.org. A", 300)]
    [InlineData("alias.example.org. A", 20)]
    [InlineData("nope.example.org. A", 60)]
    [InlineData("ns1.example.org. AAAA", 60)]
    [InlineData("x.child.example.org. A", 0)]
    [InlineData("example.com. A", 0)]
    public void Smallest_ttl_of_the_answer_else_that_of_the_soa(string question, uint ttl) => Assert.Equal(ttl, ResponseTtl.Smallest(Server.Ask(question).Wire));
}
