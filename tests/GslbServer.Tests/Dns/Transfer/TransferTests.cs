using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>RFC 5936 and RFC 1995: what goes out as messages comes in as the same zone.</summary>
public sealed class TransferTests
{
    private const string Records = """
        @       MX    10 mail
        mail    A     192.0.2.25
        www     STEER failover region
        www     A     192.0.2.81
        region  REGION 50 8
        region  A     192.0.2.10
        *.wild  TXT   "one" "two"
        sub     NS    ns.sub
        ns.sub  A     192.0.2.54
        _sip._tcp SRV 1 2 5060 mail
        svc     HTTPS 1 . alpn=h2
        """;

    [Theory]
    [InlineData(TransferLimits.Message)]
    [InlineData(200)]
    public void A_zone_arrives_as_it_went(int limit)
    {
        Zone zone = TransferZone.Of(7, Records);
        List<byte[]> messages = TransferZone.Messages(TransferSource.Whole(zone, withSteering: true), limit);
        Assert.All(messages, m => Assert.InRange(m.Length, 12, limit));
        TransferReader reader = TransferZone.Read(messages, held: null, out TransferOutcome outcome);
        Assert.Equal(TransferOutcome.Whole, outcome);
        Zone arrived = TransferZone.Compile(reader.Records);
        Assert.Equal(TransferZone.Text(zone), TransferZone.Text(arrived));
        Assert.Equal(zone.Hash, arrived.Hash);
    }

    [Fact]
    public void The_question_stands_in_the_first_message_only_and_names_are_compressed()
    {
        List<byte[]> messages = TransferZone.Messages(TransferSource.Whole(TransferZone.Of(7, Records), withSteering: true), 200);
        Assert.Equal("example.org. AXFR", Assert.Single(new Reply(messages[0]).Questions));
        Assert.All(messages.Skip(1), m => Assert.Empty(new Reply(m).Questions));
        Reply first = new(messages[0]);
        Assert.StartsWith("example.org. 300 SOA ns.example.org. ", first.Answer[0]);
        Assert.StartsWith("example.org. 300 SOA ns.example.org. ", new Reply(messages[^1]).Answer[^1]);
        Assert.Equal(1, messages[0].AsSpan().Count("\u0007example"u8));
    }

    [Fact]
    public void Without_steering_the_static_fallback_is_what_goes()
    {
        TransferReader reader = TransferZone.Read(TransferZone.Messages(TransferSource.Whole(TransferZone.Of(7, Records), withSteering: false)), held: null, out _);
        Assert.DoesNotContain(reader.Records, r => r.Type is RecordType.REGION or RecordType.STEER or RecordType.CHECK);
        Assert.Contains(reader.Records, r => r.ToString() == "www.example.org. 300 IN A 192.0.2.81");
    }

    [Fact]
    public void A_record_too_long_for_the_usual_message_gets_a_longer_one()
    {
        string text = string.Concat(Enumerable.Repeat($"\"{new string('x', 250)}\" ", 150));
        Zone zone = TransferZone.Of(7, $"long TXT {text}");
        List<byte[]> messages = TransferZone.Messages(TransferSource.Whole(zone, withSteering: true));
        Assert.Contains(messages, m => m.Length > 30_000);
        Assert.Equal(TransferZone.Text(zone), TransferZone.Text(TransferZone.Compile(TransferZone.Read(messages, null, out _).Records)));
    }

    [Fact]
    public void Changes_lead_from_one_serial_to_the_next_and_over_several()
    {
        Zone one = TransferZone.Of(1, Records), two = TransferZone.Of(2, Records + "\nadded A 192.0.2.1\nmail A 192.0.2.26"), three = TransferZone.Of(3, Records.Replace("192.0.2.81", "192.0.2.82"));
        ZoneJournal journal = ZoneJournal.Empty.With(ZoneDifference.Between(one, two)!).With(ZoneDifference.Between(two, three)!);
        foreach (Zone from in new[] { one, two })
        {
            List<byte[]> messages = TransferZone.Messages(TransferSource.Changes(journal.Since(from.Serial), withSteering: true), question: "example.org. IXFR");
            TransferReader reader = TransferZone.Read(messages, from.Serial, out TransferOutcome outcome);
            Assert.Equal(TransferOutcome.Changes, outcome);
            Zone arrived = TransferZone.Compile(ZonePatch.Apply(from, reader.Changes, "zone", out string problem)!);
            Assert.Equal("", problem);
            Assert.Equal(three.Hash, arrived.Hash);
        }
        Assert.Empty(journal.Since(3));
        Assert.Empty(journal.Since(9));
    }

    [Fact]
    public void A_changed_TTL_is_a_change_of_the_records()
    {
        Zone one = TransferZone.Of(1, "x 60 A 192.0.2.1"), two = TransferZone.Of(2, "x 90 A 192.0.2.1");
        ZoneChange change = ZoneDifference.Between(one, two)!;
        Assert.Equal("x.example.org. 60 IN A 192.0.2.1", Assert.Single(change.Deleted).ToString());
        Assert.Equal("x.example.org. 90 IN A 192.0.2.1", Assert.Single(change.Added).ToString());
        Assert.Equal(two.Hash, TransferZone.Compile(ZonePatch.Apply(one, [change], "zone", out _)!).Hash);
    }

    [Fact]
    public void An_IXFR_may_be_answered_by_the_whole_zone_or_by_the_SOA_alone()
    {
        Zone zone = TransferZone.Of(7, Records);
        TransferZone.Read(TransferZone.Messages(TransferSource.Whole(zone, withSteering: true), 200), held: 3, out TransferOutcome outcome);
        Assert.Equal(TransferOutcome.Whole, outcome);
        TransferZone.Read(TransferZone.Messages(TransferSource.Soa(zone)), held: 7, out outcome);
        Assert.Equal(TransferOutcome.UpToDate, outcome);
    }

    [Fact]
    public void What_does_not_fit_the_zone_that_is_here_is_not_applied()
    {
        Zone one = TransferZone.Of(1), two = TransferZone.Of(2, "x A 192.0.2.1"), three = TransferZone.Of(3);
        ZoneChange change = ZoneDifference.Between(two, three)!;
        Assert.Null(ZonePatch.Apply(one, [change], "zone", out string problem));
        Assert.Contains("from serial 2", problem);
        ZoneChange lie = change with { From = TransferSource.SoaOf(one) };
        Assert.Null(ZonePatch.Apply(one, [lie], "zone", out problem));
        Assert.Contains("not here, such as one of x.example.org.", problem);
    }

    [Fact]
    public void Transfers_that_are_none_fail_with_a_reason()
    {
        Zone zone = TransferZone.Of(7, Records);
        byte[] whole = TransferZone.Messages(TransferSource.Whole(zone, withSteering: true))[0];
        Assert.Contains("behind the SOA", Fail([whole, whole]));
        Assert.Contains("REFUSED", Fail([[.. whole[..3], 5, .. whole[4..]]]));
        Assert.Contains("begins with NS", Fail(TransferZone.Messages(new ListCursor(new TransferRecord(TransferZone.Apex, RecordType.NS, 1, [0])))));
        TransferRecord other = TransferSource.SoaOf(TransferZone.Of(8));
        Assert.Contains("ends with serial 8 and began with 7", Fail(TransferZone.Messages(new ListCursor(TransferSource.SoaOf(zone), new TransferRecord(TransferZone.Apex, RecordType.NS, 1, [0]), other))));
    }

    private static string Fail(IEnumerable<byte[]> messages)
    {
        var reader = new TransferReader(TransferZone.Apex, "zone", null);
        TransferOutcome outcome = TransferOutcome.Open;
        foreach (byte[] message in messages)
        {
            Assert.True(TransferMessage.TryRead(message, out TransferMessage received));
            outcome = reader.Read(received);
        }
        Assert.Equal(TransferOutcome.Failed, outcome);
        return reader.Problem;
    }

    private sealed class ListCursor(params TransferRecord[] records) : IRecordCursor
    {
        private int _at = -1;

        public ReadOnlySpan<byte> Owner => records[_at].Owner.Wire;

        public RecordType Type => records[_at].Type;

        public uint Ttl => records[_at].Ttl;

        public ReadOnlySpan<byte> Rdata => records[_at].Rdata;

        public bool MoveNext() => ++_at < records.Length;
    }
}
