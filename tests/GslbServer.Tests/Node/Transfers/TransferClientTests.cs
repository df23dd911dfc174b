using GslbServer.Dns;
using GslbServer.Tests.Dns;

namespace GslbServer.Tests.Transfers;

/// <summary>Primaries that do not do as they should: each ends in a reason, and in time.</summary>
public sealed class TransferClientTests
{
    private static readonly TsigKey Key = new(DomainName.Parse("key."), TsigAlgorithm.Find("hmac-sha256")!, new byte[32]);
    private static readonly Zone Zone = TransferZone.Of(7, "$GENERATE 1-200 h$ A 192.0.2.1");

    [Fact]
    public async Task A_good_primary_is_read_to_the_end()
    {
        (TransferOutcome outcome, TransferReader reader, string problem) = await FetchAsync(async (request, send) =>
        {
            foreach (byte[] message in Messages(request)) await send(message);
        });
        Assert.Equal((TransferOutcome.Whole, ""), (outcome, problem));
        Assert.Equal(Zone.Hash, TransferZone.Compile(reader.Records).Hash);
    }

    [Fact]
    public async Task One_that_closes_early_is_told_from_one_that_is_done()
        => Assert.Contains("before the transfer does", await FailAsync(async (request, send) => await send(Messages(request)[0])));

    [Fact]
    public async Task Garbage_is_garbage() => Assert.Contains("garbage after 0 records", await FailAsync((_, send) => send([1, 2, 3])));

    [Fact]
    public async Task Answers_to_another_question_are_not_taken() => Assert.Contains("another question", await FailAsync(async (request, send) =>
    {
        byte[] message = Messages(request)[0];
        message[0] ^= 1;
        await send(message);
    }));

    [Fact]
    public async Task A_refusal_is_told_by_its_code() => Assert.Contains("REFUSED", await FailAsync(async (request, send) =>
    {
        QueryReader.Read(request, out Query query, out _);
        byte[] buffer = new byte[512];
        await send(buffer[..ResponseComposer.WriteError(request, query, Rcode.Refused, buffer)]);
    }));

    [Fact]
    public async Task Endless_messages_without_records_end() => Assert.Contains("without a record", await FailAsync(async (request, send) =>
    {
        byte[] empty = [request[0], request[1], 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        while (true) await send(empty);
    }));

    [Fact]
    public async Task An_answer_that_is_not_signed_is_not_believed()
        => Assert.Contains("not signed with key key.", await FailAsync(async (request, send) => await send(Messages(request)[0]), Key));

    [Fact]
    public async Task A_stream_whose_signature_breaks_in_its_midst_is_not_believed() => Assert.Contains("not signed with key key.", await FailAsync(async (request, send) =>
    {
        QueryReader.Read(request, out Query query, out _);
        TsigAnswer.Verify(request, query.TsigOffset, new TsigKeys([Key]), (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), out TsigAnswer? answer);
        foreach ((int i, byte[] message) in Messages(request).Index())
        {
            byte[] buffer = new byte[message.Length + answer!.Reserve];
            message.CopyTo(buffer, 0);
            byte[] signed = buffer[..answer.Finish(buffer, message.Length, (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds())];
            if (i == 1) signed[3] ^= 0x20;
            await send(signed);
        }
    }, Key));

    private static async Task<string> FailAsync(Func<byte[], Func<byte[], Task>, Task> script, TsigKey? key = null)
    {
        (TransferOutcome outcome, _, string problem) = await FetchAsync(script, key);
        Assert.Equal(TransferOutcome.Failed, outcome);
        return problem;
    }

    private static async Task<(TransferOutcome Outcome, TransferReader Reader, string Problem)> FetchAsync(Func<byte[], Func<byte[], Task>, Task> script, TsigKey? key = null)
    {
        using var primary = new ScriptedPrimary(script);
        return await TransferClient.FetchAsync(primary.Peer, key, TransferZone.Apex, held: null, "zone", TimeProvider.System, CancellationToken.None);
    }

    private static List<byte[]> Messages(byte[] request)
    {
        List<byte[]> messages = TransferZone.Messages(TransferSource.Whole(Zone, withSteering: true), limit: 1_000);
        messages.ForEach(m => (m[0], m[1]) = (request[0], request[1]));
        return messages;
    }
}
