using System.Text;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>The short cut against the general path: whatever the zones and the query, the same octets.</summary>
public sealed class DirectAnswerTests
{
    private static readonly string[] Labels = ["a", "B", "ns1", "*", "_explain", "longer-than-eight", "c"];

    private static readonly string[] Apexes = ["example.", "a.example.", "c.a.example.", "other.test.", "."];

    private static readonly string[] Records =
    [
        "A 192.0.2.1", "A 192.0.2.2", "AAAA 2001:db8::1", "TXT hello", "TXT \"0123456789012345678901234567890123456789\"", "MX 10 a.example.", "SRV 1 1 53 b.example.",
        "NS ns1.example.", "DNAME b.example.", "CNAME a.example.", "PTR b.example.", "HTTPS 1 . ipv4hint=192.0.2.10", "STEER failover region", "TYPE65400 \\# 1 00",
    ];

    private static readonly string[] Types = ["A", "A", "A", "A", "AAAA", "AAAA", "TXT", "TXT", "MX", "SRV", "NS", "SOA", "CNAME", "DNAME", "PTR", "HTTPS", "DS", "ANY", "STEER", "TYPE65400", "TYPE0", "OPT", "AXFR"];

    private static readonly CookieSecrets Secrets = CookieSecrets.Random();

    [Fact]
    public void Random_questions_to_random_zones_get_the_answer_of_the_general_path()
    {
        int seed = Environment.GetEnvironmentVariable("GSLB_TEST_SEED") is { } text ? int.Parse(text) : 1034;
        int rounds = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 20_000 : 300;
        var random = new Random(seed);
        var outcomes = new int[3];
        for (int round = 0; round < rounds; round++)
        {
            string[] zones = RandomZones(random);
            var compiled = new ZoneSet([.. zones.Select(Compile)]);
            for (int i = 0; i < 100; i++)
            {
                byte[] packet = RandomQuery(random);
                if (random.Next(3) == 0) packet = QueryMutations.Mutate(packet, random);
                DirectOutcome outcome = Compare(compiled, packet, random, $"seed {seed}, round {round}, query {i} {Convert.ToHexString(packet)}, zones:\n{string.Join('\n', zones)}");
                outcomes[(int)outcome]++;
            }
        }
        // Else nothing would have been compared.
        Assert.InRange(outcomes[(int)DirectOutcome.Done], rounds * 5, rounds * 100);
        Assert.InRange(outcomes[(int)DirectOutcome.Steered], rounds / 5, rounds * 100);
    }

    [Theory]
    [InlineData("www.example.org. A", DirectOutcome.Done)]
    [InlineData("WWW.example.org. AAAA", DirectOutcome.Done)] // NODATA
    [InlineData("example.org. TXT", DirectOutcome.Done)]
    [InlineData("nope.example.org. A", DirectOutcome.Done)]
    [InlineData("nope.www.example.org. A", DirectOutcome.Done)]
    [InlineData("a.b.c.example.org. A", DirectOutcome.Done)] // the parent is an empty non-terminal
    [InlineData("steered.example.org. A", DirectOutcome.Steered)]
    [InlineData("x.y.nope.example.org. A", DirectOutcome.Unknown)]
    [InlineData("x.wild.example.org. A", DirectOutcome.Unknown)]
    [InlineData("child.example.org. A", DirectOutcome.Unknown)]
    [InlineData("www.child.example.org. A", DirectOutcome.Unknown)]
    [InlineData("alias.example.org. A", DirectOutcome.Unknown)]
    [InlineData("_explain.steered.example.org. TXT", DirectOutcome.Unknown)]
    [InlineData("x.ns1.example.org. A", DirectOutcome.Unknown)] // the SOA's server would be compressed against the question
    [InlineData("www.example.com. A", DirectOutcome.Unknown)]
    public void What_is_asked_nearly_always_is_answered_directly(string question, DirectOutcome expected)
    {
        TestServer server = TestServer.Of("""
            $ORIGIN example.org.
            $TTL 300
            @       SOA   ns1 hostmaster 1 3600 600 86400 60
            @       NS    ns1
            @       TXT   hello
            ns1     A     192.0.2.53
            www     A     192.0.2.1
            x.b.c   A     192.0.2.2
            *.wild  A     192.0.2.3
            child   NS    ns1
            alias   CNAME www
            region  REGION 0 0
            steered STEER failover region
            """);
        Assert.Equal(expected, Compare(server.Zones, new QueryMessage(question).ToWire(), new Random(1), question));
    }

    /// <summary>Both paths, with the same decision where the name is steered.</summary>
    private static DirectOutcome Compare(ZoneSet zones, byte[] packet, Random random, string what)
    {
        QueryVerdict verdict = QueryReader.Read(packet, out Query query, out Rcode rcode);
        QueryVerdict generalVerdict = QueryReader.ReadAny(packet, out Query general, out Rcode generalRcode);
        Assert.True(verdict == generalVerdict && rcode == generalRcode && Text(query) == Text(general), $"read otherwise: {Text(query)}, {Text(general)}; {what}");
        if (verdict != QueryVerdict.Answer) return DirectOutcome.Unknown;

        // What the server adds to the query for its answer, in all combinations.
        CookieState cookie = CookieState.Absent;
        if (random.Next(2) == 0) cookie = Secrets.Answer(packet, ref query, isIPv6: false, 0xC000_0201_0000_0000, 0, 1_559_731_985);
        query.KeepAlive = (ushort)(random.Next(3) == 0 ? 200 : 0);
        query.PaddingBlock = (ushort)(random.Next(3) == 0 ? 468 : 0);
        query.ExtendedError = (ExtendedError)random.Next(3);
        if (cookie != CookieState.Absent) Secrets.Answer(packet, ref general, isIPv6: false, 0xC000_0201_0000_0000, 0, 1_559_731_985);
        (general.KeepAlive, general.PaddingBlock, general.ExtendedError) = (query.KeepAlive, query.PaddingBlock, query.ExtendedError);

        int limit = random.Next(3) == 0 ? MessageLimits.Stream : query.UdpLimit;
        byte[] addresses = new byte[16 * random.Next(9)];
        random.NextBytes(addresses);
        (int rotation, uint ttl, byte scope) = (random.Next(100), (uint)random.Next(100_000), (byte)random.Next(33));
        byte[] direct = new byte[MessageLimits.Stream];
        DirectOutcome outcome = DirectAnswer.TryWrite(zones, packet, query, direct, limit, out int length, out _);
        if (outcome == DirectOutcome.Steered) length = DirectAnswer.WriteAddresses(packet, query, direct, limit, addresses, rotation, ttl, scope);
        if (outcome == DirectOutcome.Unknown || length == 0) return outcome;

        byte[] composed = new byte[MessageLimits.Stream];
        var response = new ResponseComposer(zones, packet, general, composed, limit, TestServer.Identity);
        Outcome expected = response.Compose();
        Assert.True((expected == Outcome.Steered) == (outcome == DirectOutcome.Steered), $"{expected}, {outcome}; {what}");
        if (expected == Outcome.Steered) response.AddAddresses(addresses, rotation, ttl);
        Assert.Equal(Outcome.Done, expected == Outcome.Steered ? Outcome.Done : expected);
        Assert.True(composed.AsSpan(0, response.Finish(scope)).SequenceEqual(direct.AsSpan(0, length)),
            $"limit {limit}: {Convert.ToHexString(direct.AsSpan(0, length))}, expected {Convert.ToHexString(composed.AsSpan(0, Math.Max(12, length)))}; {what}");
        return outcome;
    }

    private static string Text(in Query query)
        => $"{query.Id} {query.Flags} {query.NameLength} {query.Type} {query.Class} {query.HasEdns} {query.EdnsVersion} {query.DnssecOk} {query.WantsNsid} "
        + $"{query.UdpPayloadSize} {query.Subnet} {query.SubnetOffset} {query.CookieOffset} {query.CookieLength} {query.WantsPadding} {query.WantsKeepAlive} {query.Fault}";

    /// <summary>Whatever could be read, against every rule between records too.</summary>
    private static Zone Compile(string text)
    {
        ZoneFile file = ZoneFileReader.Read("random.zone", text, DomainName.Root);
        var steered = file.Records.Where(r => r.Type == RecordType.STEER).Select(r => r.Owner).Distinct().ToList();
        return ZoneCompiler.Compile(file.Apex ?? throw new InvalidOperationException(text), file.Records, steered.IndexOf);
    }

    private static string[] RandomZones(Random random)
    {
        string[] apexes = [.. Apexes.Where(_ => random.Next(2) == 0)];
        return [.. apexes.Select(apex => RandomZone(apex, random))];
    }

    private static string RandomZone(string apex, Random random)
    {
        string dot = apex == "." ? "" : ".";
        var zone = new StringBuilder($"""
            $ORIGIN {apex}
            $TTL 300
            {apex} SOA {Server(apex, random)} {Server(apex, random)} 1 3600 600 86400 {random.Next(600)}
            zz-region{dot}{apex} REGION 0 0

            """);
        for (int i = random.Next(14); i > 0; i--)
        {
            string record = Records[random.Next(Records.Length)].Replace("region", $"zz-region{dot}{apex}", StringComparison.Ordinal);
            zone.Append($"{Below(apex, random.Next(4), random)} {record}\n");
        }
        return zone.ToString();
    }

    private static string Server(string apex, Random random) => random.Next(4) switch
    {
        0 => "ns1.test.",
        1 => apex,
        _ => Below(apex, 1 + random.Next(2), random),
    };

    private static string Below(string apex, int labels, Random random)
        => labels == 0 ? apex : string.Concat(Enumerable.Range(0, labels).Select(_ => Labels[random.Next(Labels.Length)] + ".")) + apex.TrimStart('.');

    private static byte[] RandomQuery(Random random)
    {
        string apex = Apexes[random.Next(Apexes.Length)];
        byte[] subnet = random.Next(3) switch { 0 => [0, 1, 24, 0, 198, 51, 100], 1 => [0, 2, 56, 0, 0x20, 1, 0xD, 0xB8, 0, 0, 0], _ => [0, 1, 0, 0] };
        byte[] options = random.Next(4) switch
        {
            0 => [],
            1 => QueryMessage.Option(8, subnet),
            2 => [.. QueryMessage.Option(10, new byte[random.Next(4) switch { 0 => 24, 1 => random.Next(42), _ => 8 }]), .. QueryMessage.Option(8, subnet), .. QueryMessage.Option(12)],
            _ => [.. QueryMessage.Option(3), .. QueryMessage.Option(8, subnet)],
        };
        return new QueryMessage($"{Below(apex, random.Next(4), random)} {Types[random.Next(Types.Length)]}")
        {
            Id = (ushort)random.Next(65536),
            Flags = (ushort)(random.Next(10) == 0 ? random.Next(65536) : 0x0100),
            Opt = random.Next(2) == 0 ? null : new((ushort)random.Next(2000)) { Options = options, DnssecOk = random.Next(2) == 0 },
        }.ToWire();
    }
}
