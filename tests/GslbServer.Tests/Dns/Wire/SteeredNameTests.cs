using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

public sealed class SteeredNameTests
{
    // Steering indices: 0 apex, 1 www, 2 *.wild.
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @       SOA   ns1 hostmaster 1 3600 600 86400 60
        @       NS    ns1
        ns1     A     192.0.2.1
        region  REGION 50 8
        region  A     192.0.2.10
        region  AAAA  2001:db8::10
        @       STEER failover region
        www     STEER failover region
        www     A     192.0.2.81
        www     A     192.0.2.82
        www     TXT   "static"
        *.wild  STEER failover region
        alias   CNAME www
        old     DNAME wild
        mail    MX    10 www
        """);

    private const string Soa = "example.org. 60 SOA ns1.example.org. hostmaster.example.org. 1 3600 600 86400 60";

    private static readonly byte[] Three = [192, 0, 2, 1, 192, 0, 2, 2, 192, 0, 2, 3];

    private static TestServer.Decision Rotated(int rotation) => (Outcome _, ref ResponseComposer response) => response.AddAddresses(Three, rotation, 20);

    [Theory]
    [InlineData("example.org. A", 0)]
    [InlineData("www.example.org. AAAA", 1)]
    [InlineData("x.wild.example.org. A", 2)]
    [InlineData("alias.example.org. A", 1)]
    [InlineData("a.b.old.example.org. A", 2)]
    public void Address_question_is_handed_to_steering(string question, int index)
    {
        int asked = -1;
        bool wantsIPv6 = false;
        Server.Ask(question, (Outcome outcome, ref ResponseComposer response) =>
        {
            Assert.Equal(Outcome.Steered, outcome);
            (asked, wantsIPv6) = (response.SteeredIndex, response.WantsIPv6);
            response.AddNoData();
        });
        Assert.Equal((index, question.EndsWith("AAAA", StringComparison.Ordinal)), (asked, wantsIPv6));
    }

    [Theory]
    [InlineData("www.example.org. TXT", "www.example.org. 300 TXT \"static\"", "")]
    [InlineData("www.example.org. MX", "", Soa)]
    [InlineData("region.example.org. A", "region.example.org. 300 A 192.0.2.10", "")]
    public void Other_types_and_names_are_ordinary(string question, string answer, string authority)
        => Server.Ask(question).Is("NOERROR qr aa rd", answer, authority);

    [Theory]
    [InlineData(0, "1 2 3")]
    [InlineData(1, "2 3 1")]
    [InlineData(5, "3 1 2")]
    [InlineData(-1, "1 2 3")] // 4294967295 is a multiple of three
    public void Addresses_start_at_the_rotation(int rotation, string order)
        => Assert.Equal(order, string.Join(' ', Server.Ask("www.example.org. A", Rotated(rotation)).Answer.Select(line => line[^1])));

    [Fact]
    public void Addresses_belong_to_the_end_of_the_chain()
        => Server.Ask("alias.example.org. A", (Outcome _, ref ResponseComposer response) => response.AddAddresses(Three.AsSpan(0, 4), 0, 20)).Is("NOERROR qr aa rd",
            answer: """
                alias.example.org. 300 CNAME www.example.org.
                www.example.org. 20 A 192.0.2.1
                """);

    [Fact]
    public void Ipv6_addresses_have_sixteen_octets()
        => Server.Ask("www.example.org. AAAA", (Outcome _, ref ResponseComposer response) => response.AddAddresses([0x20, 1, 0xD, 0xB8, .. new byte[11], 7], 0, 20))
            .Is("NOERROR qr aa rd", answer: "www.example.org. 20 AAAA 2001:db8::7");

    [Fact]
    public void Region_without_addresses_is_answered_with_its_cname_alone()
        => Server.Ask("www.example.org. A", (Outcome _, ref ResponseComposer response) => response.AddCname(DomainName.Parse("ns1.example.org.").Wire, 20))
            .Is("NOERROR qr aa rd", answer: "www.example.org. 20 CNAME ns1.example.org.");

    [Fact]
    public void Static_fallback_has_steerings_ttl()
        => Server.Ask("www.example.org. A", (Outcome _, ref ResponseComposer response) => response.AddStaticFallback(20)).Is("NOERROR qr aa rd",
            answer: """
                www.example.org. 20 A 192.0.2.81
                www.example.org. 20 A 192.0.2.82
                """);

    [Fact]
    public void Missing_fallback_is_nodata()
        => Server.Ask("www.example.org. AAAA", (Outcome _, ref ResponseComposer response) => response.AddStaticFallback(20)).Is("NOERROR qr aa rd", authority: Soa);

    [Fact]
    public void Failure_drops_what_was_composed()
        => Server.Ask("alias.example.org. A", (Outcome _, ref ResponseComposer response) => response.Fail(Rcode.ServFail)).Is("SERVFAIL qr rd");

    [Fact]
    public void Too_many_addresses_for_the_transport_set_tc()
    {
        static void Decide(Outcome outcome, ref ResponseComposer response) => response.AddAddresses(new byte[4 * 40], 0, 20);
        Server.Ask("www.example.org. A", Decide).Is("NOERROR qr aa tc rd");
        Assert.Equal(40, Server.Ask(new QueryMessage("www.example.org. A"), Decide, overTcp: true).Answer.Count);
    }

    [Fact]
    public void Steered_target_brings_no_addresses()
        => Server.Ask("mail.example.org. MX").Is("NOERROR qr aa rd", answer: "mail.example.org. 300 MX 10 www.example.org.");

    [Fact]
    public void Name_that_steering_does_not_know_is_static()
    {
        ZoneFile file = ZoneFileReader.Read("test.zone",
            "$ORIGIN example.org.\n$TTL 60\n@ SOA ns hostmaster 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\nr REGION 1 2\nr A 192.0.2.9\nwww STEER failover r\nwww A 192.0.2.8\n", DomainName.Root);
        Zone zone = ZoneCompiler.Compile(file.Apex!, file.Records, _ => -1);
        byte[] packet = new QueryMessage("www.example.org. A").ToWire();
        QueryReader.Read(packet, out Query query, out _);
        byte[] buffer = new byte[512];
        var response = new ResponseComposer(new ZoneSet([zone]), packet, query, buffer, 512, TestServer.Identity);
        Assert.Equal(Outcome.Done, response.Compose());
        new Reply(buffer.AsSpan(0, response.Finish(0))).Is("NOERROR qr aa rd", answer: "www.example.org. 60 A 192.0.2.8");
    }
}
