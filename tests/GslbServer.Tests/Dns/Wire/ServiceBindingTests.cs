using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

public sealed class ServiceBindingTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @       SOA   ns1 hostmaster 1 3600 600 86400 60
        @       NS    ns1
        ns1     A     192.0.2.1
        region  REGION 50 8
        region  A     192.0.2.10
        www     STEER failover region
        www     HTTPS 1 . alpn=h2 ipv4hint=192.0.2.80 port=8443 ipv6hint=2001:db8::80
        www     HTTPS 2 ns1 ipv4hint=192.0.2.1
        plain   STEER failover region
        plain   HTTPS 1 . alpn=h2
        self    STEER failover region
        self    SVCB  1 self ipv4hint=192.0.2.80
        alias   CNAME www
        static  HTTPS 1 . ipv4hint=192.0.2.80
        """);

    private const string NoHints = "0001000001000302683200030002"; // priority 1, target ., alpn=h2, then the key and length of port
    private const string OtherTarget = "www.example.org. 20 HTTPS \\# 27 0002036E7331076578616D706C65036F7267000004000" + "4C0000201";

    private static void Decide(Outcome outcome, ref ResponseComposer response)
    {
        Assert.Equal(Outcome.SteeredHints, outcome);
        response.AddServiceBinding([192, 0, 2, 10, 192, 0, 2, 11], [0x20, 1, 0xD, 0xB8, .. new byte[11], 9], 20);
    }

    [Fact]
    public void Hints_of_the_owner_follow_steering_and_others_stay()
        => Server.Ask("www.example.org. HTTPS", Decide).Is("NOERROR qr aa rd",
            answer: $"""
                www.example.org. 20 HTTPS \# 48 000100000100030268320003000220FB00040008C000020AC000020B0006001020010DB8000000000000000000000009
                {OtherTarget}
                """);

    [Fact]
    public void Family_without_addresses_loses_its_hint()
        => Server.Ask("www.example.org. HTTPS", (Outcome _, ref ResponseComposer response) => response.AddServiceBinding([192, 0, 2, 10], [], 20)).Is("NOERROR qr aa rd",
            answer: $"""
                www.example.org. 20 HTTPS \# 24 {NoHints}20FB00040004C000020A
                {OtherTarget}
                """);

    [Fact]
    public void Owner_may_be_written_as_target()
        => Assert.Contains("C000020AC000020B", Server.Ask("self.example.org. SVCB", Decide).Answer[0], StringComparison.Ordinal);

    [Fact]
    public void Alias_leads_to_the_same() => Assert.Equal(3, Server.Ask("alias.example.org. HTTPS", Decide).Answer.Count);

    [Fact]
    public void Scope_is_that_of_the_decision()
    {
        var query = new QueryMessage("www.example.org. HTTPS") { Opt = new() { Options = QueryMessage.Option(8, 0, 1, 24, 0, 198, 51, 100) } };
        Assert.Equal(20, Server.Ask(query, Decide, scope: 20).Opt!.Options[8][3]);
    }

    [Theory]
    [InlineData("plain.example.org. HTTPS", 1)]
    [InlineData("static.example.org. HTTPS", 1)]
    [InlineData("plain.example.org. SVCB", 0)]
    public void Record_without_hints_or_steering_is_static(string question, int count)
        => Assert.Equal(count, Server.Ask(question, (Outcome _, ref ResponseComposer _) => Assert.Fail("asked steering")).Answer.Count);

    [Fact]
    public void Undecided_hints_are_answered_as_written()
    {
        Reply reply = Server.Ask("www.example.org. HTTPS", (Outcome _, ref ResponseComposer _) => { });
        Assert.Equal(2, reply.Answer.Count);
        Assert.Contains("C0000250", reply.Answer[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Hints_that_do_not_fit_set_tc()
        => Server.Ask("www.example.org. HTTPS", (Outcome _, ref ResponseComposer response) => response.AddServiceBinding(new byte[400], new byte[160], 20)).Is("NOERROR qr aa tc rd");
}
