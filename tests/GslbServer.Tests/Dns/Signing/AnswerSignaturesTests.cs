using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Signing;

/// <summary>What is signed when it is asked for: once per distinct answer, within a budget, and again in the background.</summary>
public sealed class AnswerSignaturesTests
{
    private const string Zone = """
        $ORIGIN example.org.
        $TTL 300
        @       SOA    ns1 hostmaster 1 3600 600 86400 60
        @       NS     ns1
        ns1     A      192.0.2.53
        region  REGION 0 0
        www     STEER  failover region
        *.wild  STEER  failover region
        """;

    private static readonly byte[] Two = [198, 51, 100, 1, 198, 51, 100, 2], TwoTurned = [198, 51, 100, 2, 198, 51, 100, 1], Other = [198, 51, 100, 3];

    [Fact]
    public void One_signature_serves_every_TTL_and_order_of_the_same_addresses()
    {
        TestServer server = TestServer.Signed(TestKeys.Pair, new AnswerSignatureOptions(), out AnswerSignatures answers, Zone);

        string[] signatures = [Signature(server, "www.example.org. A", Two, 300), Signature(server, "WWW.example.org. A", TwoTurned, 5), Signature(server, "www.example.org. A", Two, 20)];

        Assert.Single(signatures.Distinct());
        Assert.Equal(1, answers.Made);
        Signature(server, "www.example.org. A", Other, 300);
        Assert.Equal(2, answers.Made);
    }

    [Fact]
    public void A_steered_wildcard_is_signed_once_for_all_its_names()
    {
        TestServer server = TestServer.Signed(TestKeys.Pair, new AnswerSignatureOptions(), out AnswerSignatures answers, Zone);
        for (int i = 0; i < 20; i++) Signature(server, $"n{i}.wild.example.org. A", Two, 300);
        Assert.Equal(1, answers.Made);
    }

    [Theory]
    [InlineData(DenialKind.Nsec)]
    [InlineData(DenialKind.Nsec3)]
    public void A_flood_of_names_that_do_not_exist_costs_no_signature(DenialKind denial)
    {
        TestServer server = TestServer.Signed(TestKeys.Pair with { Denial = denial }, new AnswerSignatureOptions(), out AnswerSignatures answers, Zone);
        for (int i = 0; i < 500; i++) Assert.Equal("NXDOMAIN qr aa rd", Ask(server, $"x{i}.example.org. A", Two, 300).Status);
        Assert.Equal(0, answers.Made);
    }

    [Fact]
    public void When_the_budget_is_spent_new_answers_fail_and_known_ones_do_not()
    {
        TestServer server = TestServer.Signed(TestKeys.Pair, new AnswerSignatureOptions { SignaturesPerSecond = 4 }, out AnswerSignatures answers, Zone);
        Signature(server, "www.example.org. A", Two, 300);

        Reply shed = Ask(server, "www.example.org. A", Other, 300);

        Assert.Equal("SERVFAIL qr rd", shed.Status);
        Assert.Empty(shed.Answer);
        Assert.Equal(1, answers.Refused);
        Signature(server, "www.example.org. A", TwoTurned, 300);
        answers.Tick(TestServer.Now.AddSeconds(1));
        Signature(server, "www.example.org. A", Other, 300);
    }

    [Fact]
    public void Denials_made_one_by_one_have_a_budget_of_their_own()
    {
        TestServer server = TestServer.Signed(TestKeys.Pair with { Denial = DenialKind.Compact }, new AnswerSignatureOptions { DenialsPerSecond = 4, SignaturesPerSecond = 4 },
            out AnswerSignatures answers, Zone);

        string[] statuses = [.. Enumerable.Range(0, 10).Select(i => Ask(server, $"x{i}.example.org. A", Two, 300).Status)];

        Assert.Equal("NOERROR qr aa rd", statuses[0]);
        Assert.All(statuses[1..], status => Assert.Equal("SERVFAIL qr rd", status));
        Signature(server, "www.example.org. A", Two, 300);
        Assert.Equal("NOERROR qr aa rd", Ask(server, "x0.example.org. A", Two, 300).Status);
    }

    [Fact]
    public void Half_way_through_its_validity_what_was_used_is_signed_again_and_what_was_not_is_forgotten()
    {
        TestServer server = TestServer.Signed(TestKeys.Pair, new AnswerSignatureOptions(), out AnswerSignatures answers, Zone);
        string used = Signature(server, "www.example.org. A", Two, 300);
        Signature(server, "www.example.org. A", Two, 300);
        Signature(server, "www.example.org. A", Other, 300);

        answers.Refresh(TestServer.Now.AddDays(2), most: 100);
        Assert.Equal(2, answers.Count);
        Assert.Equal(used, Signature(server, "www.example.org. A", Two, 300));

        answers.Refresh(TestServer.Now.AddDays(3.5), most: 100);
        Assert.Equal(1, answers.Count);
        Assert.NotEqual(used, Signature(server, "www.example.org. A", Two, 300));
        Assert.Equal(2, answers.Made);
    }

    [Fact]
    public void Other_keys_sign_what_is_in_use_before_they_answer()
    {
        TestServer server = TestServer.Signed(TestKeys.Pair, new AnswerSignatureOptions(), out AnswerSignatures answers, Zone);
        Signature(server, "www.example.org. A", Two, 300);
        Signature(server, "www.example.org. A", Two, 300);
        DnssecKey next = TestKeys.Make(DnssecAlgorithm.ECDSAP256SHA256, DnssecKey.ZoneKey);

        Zone zone = server.Zones.Zones[0];
        TestServer later = TestServer.Of(new ZoneSet([ZoneSigner.Sign(zone, new SigningWork(TestKeys.Pair with { Published = [.. TestKeys.Pair.Published, next], ZoneSigners = [next] }, TestServer.Now)
        {
            Answers = answers,
            Before = zone,
        })]));

        Assert.Contains(next.Tag.ToString("X4", null), Signature(later, "www.example.org. A", Two, 300), StringComparison.Ordinal);
        Assert.Equal(1, answers.Made);
    }

    [Fact]
    public void A_warm_signed_answer_is_written_directly_octet_for_octet_and_allocates_nothing()
    {
        TestServer server = TestServer.Signed(TestKeys.Pair, Zone);
        byte[] packet = new QueryMessage("www.example.org. A") { Opt = new() { DnssecOk = true } }.ToWire(), direct = new byte[1232];
        Assert.Equal(0, Direct(server, packet, direct));
        Reply composed = Ask(server, "www.example.org. A", Two, 20);

        int length = Direct(server, packet, direct);
        Assert.Equal(composed.Wire.ToArray(), direct[..length]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Direct(server, packet, direct);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int Direct(TestServer server, byte[] packet, byte[] response)
    {
        QueryReader.Read(packet, out Query query, out _);
        DirectAnswer.TryWrite(server.Zones, packet, query, response, query.UdpLimit, out _, out ZoneSignatures? signed);
        return DirectAnswer.WriteSigned(packet, query, response, query.UdpLimit, Two, 0, 20, 300, signed!, 0);
    }

    private static string Signature(TestServer server, string question, byte[] addresses, uint ttl)
        => Assert.Single(Ask(server, question, addresses, ttl).Answer, line => line.Contains(" RRSIG ", StringComparison.Ordinal)).Split(' ')[^1];

    private static Reply Ask(TestServer server, string question, byte[] addresses, uint ttl)
        => server.Ask(new QueryMessage(question) { Opt = new() { DnssecOk = true } }, (Outcome _, ref ResponseComposer response) => response.AddAddresses(addresses, 0, ttl, 300));
}
