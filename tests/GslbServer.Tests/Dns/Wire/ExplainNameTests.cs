using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

public sealed class ExplainNameTests
{
    // Steering indices: 0 apex, 1 www, 2 *.wild, 3 taken.
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @        SOA   ns1 hostmaster 1 3600 600 86400 60
        @        NS    ns1
        ns1      A     192.0.2.1
        region   REGION 50 8
        region   A     192.0.2.10
        @        STEER failover region
        www      STEER failover region
        *.wild   STEER failover region
        taken    STEER failover region
        _explain.taken TXT "the zone's own"
        alias    CNAME second
        second   CNAME www
        round    CNAME round2
        round2   CNAME round
        away     CNAME www.example.net.
        """);

    private const string Soa = "example.org. 60 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 60";

    private static void Explain(Outcome outcome, ref ResponseComposer response)
    {
        Assert.Equal(Outcome.Explain, outcome);
        response.AddExplanation([$"name {response.SteeredIndex}", "nearest"]);
    }

    [Theory]
    [InlineData("_explain.example.org.", 0)]
    [InlineData("_explain.www.example.org.", 1)]
    [InlineData("_EXPLAIN.www.example.org.", 1)]
    [InlineData("_explain.x.wild.example.org.", 2)]
    [InlineData("_explain.alias.example.org.", 1)]
    public void Text_below_a_steered_name_is_the_explanation(string name, int index)
        => Server.Ask($"{name} TXT", Explain).Is("NOERROR qr aa rd",
            answer: $"""
                {name} 0 TXT "name {index}"
                {name} 0 TXT "nearest"
                """);

    [Theory]
    [InlineData("_explain.www.example.org. A")]
    [InlineData("_explain.www.example.org. ANY")]
    [InlineData("_explain.x.wild.example.org. AAAA")]
    public void Other_type_there_is_nodata(string question) => Server.Ask(question).Is("NOERROR qr aa rd", authority: Soa);

    [Theory]
    [InlineData("_explain.ns1.example.org. TXT")]
    [InlineData("_explain.nope.example.org. TXT")]
    [InlineData("_explain.round.example.org. TXT")]
    [InlineData("_explain.away.example.org. TXT")]
    [InlineData("x._explain.www.example.org. TXT")]
    public void Elsewhere_the_name_does_not_exist(string question) => Server.Ask(question).Is("NXDOMAIN qr aa rd", authority: Soa);

    [Fact]
    public void Name_of_the_zone_itself_comes_first()
        => Server.Ask("_explain.taken.example.org. TXT").Is("NOERROR qr aa rd", answer: "_explain.taken.example.org. 300 TXT \"the zone's own\"");

    [Fact]
    public void Explanation_that_does_not_fit_sets_tc()
        => Server.Ask("_explain.www.example.org. TXT", (Outcome _, ref ResponseComposer response) => response.AddExplanation([new string('a', 300), new string('b', 300)]))
            .Is("NOERROR qr aa tc rd");

    [Fact]
    public void Long_string_is_cut_between_characters()
    {
        Reply reply = Server.Ask("_explain.www.example.org. TXT", (Outcome _, ref ResponseComposer response) => response.AddExplanation([new string('é', 200)]));
        Assert.Equal(254, reply.Answer[0].Split('"')[1].Length);
    }

    [Fact]
    public void Client_that_may_not_ask_is_refused()
        => Server.Ask("_explain.www.example.org. TXT", (Outcome _, ref ResponseComposer response) => response.Fail(Rcode.Refused)).Is("REFUSED qr rd");
}
