using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>Whatever the octets, the answer is silence or a well-formed response within its limit.</summary>
public sealed class FuzzTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @       SOA   ns1 hostmaster 1 3600 600 86400 60
        @       NS    ns1
        @       MX    10 mail
        ns1     A     192.0.2.1
        mail    A     192.0.2.25
        big     TXT   "0123456789012345678901234567890123456789012345678901234567890123456789"
        alias   CNAME alias2
        alias2  CNAME www
        *.wild  CNAME x.old
        old     DNAME mail
        child   NS    ns.child
        ns.child A    192.0.2.53
        region  REGION 50 8
        region  A     192.0.2.10
        www     STEER failover region
        www     A     192.0.2.81
        """);

    private static readonly string[] Names =
    [
        "example.org.", "www.example.org.", "alias.example.org.", "x.wild.example.org.", "a.b.old.example.org.", "x.child.example.org.", "nope.example.org.",
        "_explain.www.example.org.", "www.example.com.", ".", "big.example.org.",
    ];

    private static readonly string[] Types = ["A", "AAAA", "NS", "SOA", "MX", "TXT", "ANY", "DS", "CNAME", "DNAME", "AXFR", "OPT", "TYPE0", "STEER"];

    [Fact]
    public void Any_octets_get_silence_or_a_well_formed_response() => Fuzz.Rounds(random =>
    {
        byte[] packet = QueryMutations.Mutate(Packet(random), random);
        try
        {
            Check(packet, random);
        }
        catch (Exception e)
        {
            Assert.Fail($"packet {Convert.ToHexString(packet)}: {e}");
        }
    });

    private static void Check(byte[] packet, Random random)
    {
        Reply? reply = Server.Send(packet, Decide, overTcp: random.Next(4) == 0, scope: (byte)random.Next(33));
        if (packet.Length < 12 || packet[2] >= 0x80)
        {
            Assert.Null(reply);
            return;
        }
        Assert.NotNull(reply);
        Assert.Equal((packet[0] << 8) | packet[1], reply.Id);
        Assert.Equal(0x8000, reply.Flags & 0x8000);
        bool isKnown = (packet[2] & 0x78) is 0 or 0x20 or 0x28; // RD means nothing where the opcode is not known
        Assert.Equal(packet[2] & (isKnown ? 0x79 : 0x78), (reply.Flags >> 8) & 0x79);
        Assert.Equal(0, reply.Flags & 0xE0);
    }

    private static void Decide(Outcome outcome, ref ResponseComposer response)
    {
        if (outcome == Outcome.Explain) response.AddExplanation(["because"]);
        else if (response.WantsIPv6) response.AddStaticFallback(5);
        else response.AddAddresses([192, 0, 2, 1, 192, 0, 2, 2], 1, 30);
    }

    private static byte[] Packet(Random random)
    {
        if (random.Next(10) == 0)
        {
            byte[] noise = new byte[random.Next(100)];
            random.NextBytes(noise);
            return noise;
        }
        byte[] subnet = random.Next(2) == 0 ? [0, 1, 24, 0, 198, 51, 100] : [0, 2, 56, 0, 0x20, 1, 0xD, 0xB8, 0, 0, 0];
        byte[] options = [.. QueryMessage.Option(8, subnet), .. QueryMessage.Option(3), .. QueryMessage.Option(random.Next(3) == 0 ? random.Next(65536) : 8 + random.Next(8), new byte[random.Next(44)])];
        return new QueryMessage($"{Names[random.Next(Names.Length)]} {Types[random.Next(Types.Length)]}")
        {
            Id = (ushort)random.Next(65536),
            Flags = (ushort)(random.Next(4) == 0 ? random.Next(65536) : 0x0100),
            Opt = random.Next(2) == 0 ? null : new((ushort)random.Next(65536)) { Options = options },
        }.ToWire();
    }
}
