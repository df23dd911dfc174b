using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Signing;

/// <summary>Every answer of random signed zones is judged by a <see cref="Validator"/>, and says what the unsigned zone says.</summary>
public sealed class SignedAnswersModelTests
{
    private static readonly string[] Labels = ["a", "b", "c", "*", "Zz"];

    private static readonly string[] Records =
    [
        "A 192.0.2.1", "A 192.0.2.2", "AAAA 2001:db8::1", "TXT hello", "MX 10 A.example.", "SRV 1 1 53 b.example.", "NS ns1.example.", "DS 1 13 2 00", "DNAME c.b.example.", "CNAME a.example.",
        "CNAME a.a.b.example.", "HTTPS 1 . ipv4hint=192.0.2.10", "STEER failover region", "TYPE65400 \\# 1 00", "CAA 0 issue ca.example.net",
    ];

    private static readonly string[] Types = ["A", "AAAA", "TXT", "MX", "SRV", "NS", "SOA", "CNAME", "DNAME", "HTTPS", "DS", "ANY", "STEER", "TYPE65400", "CAA", "NSEC", "NSEC3", "RRSIG", "DNSKEY", "NSEC3PARAM"];

    [Theory]
    [InlineData(DenialKind.Nsec)]
    [InlineData(DenialKind.Nsec3)]
    [InlineData(DenialKind.Compact)]
    public void Every_answer_of_a_random_zone_is_proved(DenialKind denial)
    {
        int seed = Environment.GetEnvironmentVariable("GSLB_TEST_SEED") is { } text ? int.Parse(text) : 4035;
        int rounds = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 2_000 : 40;
        var random = new Random(seed);
        ZoneKeySet keys = TestKeys.Pair with { Denial = denial };
        for (int round = 0; round < rounds; round++)
        {
            string zoneText = RandomZone(random);
            Zone zone = TestServer.Compile(zoneText);
            var answers = new AnswerSignatures(new AnswerSignatureOptions { DenialsPerSecond = 1_000_000, SignaturesPerSecond = 1_000_000 });
            answers.Tick(TestServer.Now);
            TestServer plain = TestServer.Of(new ZoneSet([zone])), signed = TestServer.Of(new ZoneSet([TestServer.Sign(zone, keys, answers)]));
            var validator = new Validator(new Dictionary<string, DnssecKey[]> { [Validator.NameOf(zone.Apex)] = [.. keys.Published] }, TestServer.Now);
            for (int i = 0; i < 80; i++)
            {
                string question = $"{RandomName(random)} {Types[random.Next(Types.Length)]}";
                int answer = random.Next(4);
                Judge(plain, signed, validator, question, answer, $"seed {seed}, round {round}: {question}, {denial}, answer {answer}, in\n{zoneText}");
            }
        }
    }

    private static void Judge(TestServer plain, TestServer signed, Validator validator, string question, int answer, string what)
    {
        var query = new QueryMessage(question) { Opt = new() { DnssecOk = true } };
        Reply reply = signed.Ask(query, Decide(answer), overTcp: true);
        DomainName name = DomainName.Parse(question.Split(' ')[0]);
        ushort type = TypeOf(query);
        string? fault = validator.FindFault(name, type, reply);
        Assert.True(fault is null, $"{fault}; {what}\n{reply.Status}\n{string.Join('\n', reply.Answer)}\n--\n{string.Join('\n', reply.Authority)}");

        // Types that only signed zones have are another question.
        if (question.Split(' ')[1] is "NSEC" or "RRSIG" or "DNSKEY" or "NSEC3PARAM" or "ANY") return;
        Reply unsigned = plain.Ask(query, Decide(answer), overTcp: true), withoutDo = signed.Ask(query with { Opt = new() }, Decide(answer), overTcp: true);
        Assert.True(unsigned.Rcode == reply.Rcode || validator.SaysNoName(name) || reply.Answer.Count > 0, $"{reply.Status}, unsigned {unsigned.Status}; {what}");
        Assert.Equal(Data(unsigned.Answer), Data(reply.Answer));
        Assert.Equal(unsigned.Status, withoutDo.Status);
        Assert.Equal(unsigned.Answer, withoutDo.Answer);
        Assert.Equal(unsigned.Authority, withoutDo.Authority);
        Assert.Equal(unsigned.Additional, withoutDo.Additional);
    }

    private static ushort TypeOf(QueryMessage query)
    {
        byte[] wire = query.ToWire();
        int at = 12;
        while (wire[at] != 0) at += wire[at] + 1;
        return (ushort)((wire[at + 1] << 8) | wire[at + 2]);
    }

    private static List<string> Data(List<string> section) => [.. section.Where(line => !line.Contains(" RRSIG ", StringComparison.Ordinal))];

    private static TestServer.Decision Decide(int answer) => (Outcome outcome, ref ResponseComposer response) =>
    {
        if (outcome == Outcome.SteeredHints) response.AddServiceBinding([198, 51, 100, 1, 198, 51, 100, 2], [], 20, 300);
        else if (answer == 0) response.AddNoData();
        else if (answer == 1) response.AddCname([3, (byte)'c', (byte)'d', (byte)'n', 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0], 20, 300);
        else if (answer == 2) response.AddStaticFallback(20);
        else response.AddAddresses(response.WantsIPv6 ? [.. new byte[15], 1, .. new byte[15], 2] : [198, 51, 100, 2, 198, 51, 100, 1], 1, 20, 300);
    };

    /// <summary>Grown record by record, as far as there are no errors between them.</summary>
    private static string RandomZone(Random random)
    {
        string zone = """
            $ORIGIN example.
            $TTL 300
            @ SOA ns1 hostmaster 1 3600 600 86400 60
            @ NS  ns1
            ns1 A 192.0.2.53
            region REGION 0 0

            """;
        for (int i = random.Next(14); i > 0; i--)
        {
            string more = $"{zone}{RandomName(random)} {Records[random.Next(Records.Length)]}\n";
            if (!ZoneFileReader.Read("random.zone", more, DomainName.Root).HasErrors) zone = more;
        }
        return zone;
    }

    private static string RandomName(Random random)
        => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Labels[random.Next(Labels.Length)] + ".")) + "example.";
}
