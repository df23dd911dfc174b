using System.Text;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>A large zone that takes small changes in place is the zone that would have been compiled of the same records.</summary>
public sealed class ZoneUpdateTests
{
    private const int Names = 100_000;

    private static readonly string Base = $"{string.Concat(Enumerable.Range(0, Names).Select(i => $"h{i} A 10.{i >> 16}.{(i >> 8) & 255}.{i & 255}\n"))}a.deep.name A 192.0.2.1\nt TXT \"x\"\nc CNAME h1";

    [Fact]
    public void Changes_one_after_the_other_make_the_same_zone()
    {
        var random = new Random(20_260_131);
        var records = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        Zone zone = TransferZone.Of(1, Base);
        var zones = new ZoneSet([zone]);
        int taken = 0;
        for (uint serial = 2; serial < 60; serial++)
        {
            ZoneChange change = Change(zone, serial, random);
            if (zones.With(zone, [change]) is { } next)
            {
                taken++;
                Zone updated = next.Zones[0];
                AssertAnswersAlike(next, ZonePatch.Apply(zone, [change], "zone", out _)!, random, change, isFull: serial % 15 == 0);
                (zone, zones) = (updated, next);
            }
            else
            {
                zone = TransferZone.Compile(ZonePatch.Apply(zone, [change], "zone", out string problem) ?? throw new InvalidOperationException(problem));
                zones = new ZoneSet([zone]);
            }
        }
        Assert.InRange(taken, 40, 60);
    }

    [Theory]
    [InlineData("h1 A 10.0.0.1", "h1 CNAME h2")]
    [InlineData("", "x NS ns")]
    [InlineData("", "* A 192.0.2.1")]
    [InlineData("", "h3 60 A 192.0.2.1")]
    [InlineData("", "c TXT \"beside an alias\"")]
    [InlineData("ns A 192.0.2.53", "")]
    [InlineData("", "r REGION 1 2")]
    public void What_may_break_a_zone_is_not_taken_in_place(string deleted, string added)
    {
        Zone zone = TransferZone.Of(1, Base);
        TransferRecord soa = TransferSource.SoaOf(TransferZone.Of(2));
        Assert.Null(new ZoneSet([zone]).With(zone, [new ZoneChange(TransferSource.SoaOf(zone), Records(deleted), soa, Records(added))]));
    }

    private static void AssertAnswersAlike(ZoneSet updated, ZoneRecords records, Random random, ZoneChange change, bool isFull)
    {
        Zone expected = TransferZone.Compile(records);
        Assert.Equal(expected.Serial, updated.Zones[0].Serial);
        if (isFull) Assert.Equal(expected.Hash, updated.Zones[0].Hash);
        var compiled = new ZoneSet([expected]);
        IEnumerable<string> names = change.Deleted.Concat(change.Added).SelectMany(r => new[] { r.Owner.ToString(), r.Owner.Parent.ToString(), $"below.{r.Owner}" })
            .Concat(Enumerable.Range(0, 50).Select(_ => $"h{random.Next(Names + 5_000)}.example.org."));
        foreach (string name in names.Distinct())
        {
            foreach (string type in new[] { "A", "TXT" })
            {
                byte[] query = new QueryMessage($"{name} {type}").ToWire();
                Assert.Equal(Answer(compiled, query), Answer(updated, query));
            }
        }
    }

    private static string Answer(ZoneSet zones, byte[] packet)
    {
        QueryReader.Read(packet, out Query query, out _);
        byte[] buffer = new byte[MessageLimits.Udp];
        var response = new ResponseComposer(zones, packet, query, buffer, MessageLimits.Udp, TestServer.Identity);
        response.Compose();
        string walked = Convert.ToHexString(buffer.AsSpan(0, response.Finish(0)));
        if (DirectAnswer.TryWrite(zones, packet, query, buffer, MessageLimits.Udp, out int length, out _) == DirectOutcome.Done) Assert.Equal(walked, Convert.ToHexString(buffer.AsSpan(0, length)));
        return walked;
    }

    /// <summary>A few records that go and a few that come, at names old and new.</summary>
    private static ZoneChange Change(Zone zone, uint serial, Random random)
    {
        var deleted = new List<TransferRecord>();
        var added = new StringBuilder();
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            string owner = random.Next(4) switch { 0 => $"n{random.Next(40)}", 1 => $"x{random.Next(5)}.n{random.Next(40)}", 2 => $"p.q{random.Next(9)}.r", _ => $"h{random.Next(Names)}" };
            DomainName name = DomainName.Parse($"{owner}.example.org.");
            int node = zone.NodeOf(name);
            bool goes = node >= 0 && random.Next(2) == 0;
            if (goes && deleted.TrueForAll(d => !d.Owner.Equals(name)))
            {
                foreach (RRset set in zone.SetsOf(node)) deleted.Add(new TransferRecord(name, set.Type, set.Ttl, set.First.ToArray()));
            }
            if (!goes || random.Next(2) == 0) added.Append(random.Next(3) == 0 ? $"{owner} TXT \"{serial} {i}\"\n" : $"{owner} A 192.0.{random.Next(256)}.{random.Next(256)}\n");
        }
        IReadOnlyList<TransferRecord> come = Records(added.ToString());
        return new ZoneChange(TransferSource.SoaOf(zone), deleted, TransferSource.SoaOf(TransferZone.Of(serial)), [.. come.DistinctBy(r => r.ToString())]);
    }

    private static IReadOnlyList<TransferRecord> Records(string text)
    {
        ZoneFile file = ZoneFileReader.Read("change", $"$ORIGIN example.org.\n$TTL 300\n{text}\n", DomainName.Root);
        return [.. file.Records.Select(r => new TransferRecord(r.Owner, r.Type, r.Ttl, r.Rdata))];
    }
}
