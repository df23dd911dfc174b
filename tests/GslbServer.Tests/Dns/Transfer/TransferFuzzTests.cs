using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>Whatever a client signs and a primary sends: a result, never an exception, and no more memory than the octets that came.</summary>
public sealed class TransferFuzzTests
{
    private static readonly TsigKey Key = new(DomainName.Parse("key."), TsigAlgorithm.Find("hmac-sha256")!, new byte[32]);
    private static readonly TsigKeys Keys = new([Key]);

    private static readonly Zone Before = TransferZone.Of(1, "www A 192.0.2.1\ngone TXT \"x\""), After = TransferZone.Of(2, """
        www    A 192.0.2.2
        www    STEER failover region
        region REGION 50 8
        region A 192.0.2.10
        @      MX 10 mail
        mail   A 192.0.2.25
        svc    HTTPS 1 . alpn=h2
        caa    CAA 0 issue "ca.example.net"
        """);

    private static readonly byte[][] Whole = [.. TransferZone.Messages(TransferSource.Whole(After, withSteering: true), 250)];

    private static readonly byte[][] Changes = [.. TransferZone.Messages(TransferSource.Changes([ZoneDifference.Between(Before, After)!], withSteering: true), 250, "example.org. IXFR")];

    [Fact]
    public void Signed_queries_of_any_octets_are_judged() => Run((packet, random) =>
    {
        byte[] damaged = QueryMutations.Mutate(packet, random);
        if (QueryReader.Read(damaged, out Query query, out _) != QueryVerdict.Special) return;
        if (query.TsigOffset > 0)
        {
            Rcode rcode = TsigAnswer.Verify(damaged, query.TsigOffset, Keys, 1_000, out TsigAnswer? answer);
            using (answer)
            {
                // A damaged message has no good signature, unless the damage undid itself.
                Assert.True(rcode != Rcode.NoError || damaged.AsSpan(2).SequenceEqual(packet.AsSpan(2)));
                if (answer is null) return;
                byte[] response = new byte[2_000];
                int length = answer.Finish(response, ResponseComposer.WriteError(damaged, query, rcode, response), 1_000);
                Assert.True(TransferMessage.TryRead(response.AsSpan(0, length), out TransferMessage message) && message.TsigOffset > 0);
            }
        }
        TransferRequest.TryReadSerial(damaged, query, inAnswer: random.Next(2) == 0, out _);
    }, SignedQuery());

    [Fact]
    public void Transfers_of_any_octets_are_read_or_refused() => Run((_, random) =>
    {
        bool isChanges = random.Next(2) == 0;
        byte[][] messages = [.. (isChanges ? Changes : Whole).Select(m => random.Next(3) == 0 ? QueryMutations.Mutate(m, random) : m)];
        var reader = new TransferReader(TransferZone.Apex, "zone", isChanges ? 1u : null);
        TransferOutcome outcome = TransferOutcome.Open;
        foreach (byte[] message in messages)
        {
            if (outcome != TransferOutcome.Open || !TransferMessage.TryRead(message, out TransferMessage received)) return;
            outcome = reader.Read(received);
        }
        if (outcome == TransferOutcome.Failed) Assert.NotEqual("", reader.Problem);
        ZoneRecords? records = outcome == TransferOutcome.Whole ? reader.Records : outcome == TransferOutcome.Changes ? ZonePatch.Apply(Before, reader.Changes, "zone", out string _) : null;
        if (records is null) return;
        ZoneFile file = ZoneFileReader.Check("zone", records);
        if (!file.HasErrors && file.Apex is not null) ZoneCompiler.Compile(file.Apex, records, _ => -1);
    }, []);

    private static void Run(Action<byte[], Random> round, byte[] packet)
    {
        int seed = Environment.GetEnvironmentVariable("GSLB_TEST_SEED") is { } text ? int.Parse(text) : 20_260_130;
        int rounds = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 10_000_000 : 100_000;
        var random = new Random(seed);
        for (int i = 0; i < rounds; i++)
        {
            try
            {
                round(packet, random);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {i}: {e}");
            }
        }
    }

    private static byte[] SignedQuery()
    {
        using var chain = new TsigChain(Key);
        byte[] buffer = new byte[600];
        int length = TransferQuery.WriteIxfr(buffer, 7, TransferSource.SoaOf(Before));
        return buffer[..chain.Sign(buffer, length, 1_000)];
    }
}
