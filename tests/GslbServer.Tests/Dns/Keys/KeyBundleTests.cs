using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Keys;

public sealed class KeyBundleTests
{
    private static readonly KeyPolicy Policy = KeyPolicy.Default with { ZskLifetime = TimeSpan.FromDays(20) };

    private static readonly TimeSpan Length = TimeSpan.FromDays(90);

    private readonly IReadOnlyList<ZoneKey> _keys;
    private readonly KeyBundle _bundle;

    public KeyBundleTests()
    {
        var world = new KeyWorld(Policy, TimeSpan.FromHours(6));
        world.Create();
        _keys = KeyBundleMaker.PlanAhead(KeyWorld.Zone, world.Keys, Policy, KeyWorld.Start, KeyWorld.Start + Length);
        _bundle = KeyBundleMaker.Make(KeyWorld.Zone, _keys, Policy, KeyWorld.Start, KeyWorld.Start + Length, [])!;
    }

    [Fact]
    public void A_node_without_the_private_KSK_has_valid_signatures_at_every_moment()
    {
        KeyBundle read = Read(_bundle.Write(3600))!;
        ZoneKey[] public_ = [.. _keys.Select(k => k.IsKsk ? k with { Key = DnssecKey.FromRdata(k.Key.Rdata), PrivateFields = null } : k)];
        Assert.InRange(_keys.Count(k => !k.IsKsk), 5, 6);
        for (DateTimeOffset now = KeyWorld.Start; now < KeyWorld.Start + Length; now += TimeSpan.FromHours(1))
        {
            var problems = new List<string>();
            ZoneKeySet? set = KeySchedule.At(KeyWorld.Zone, public_, Policy, read, now, problems);
            Assert.Empty(problems);
            SignatureRdata[] fields = [.. set!.Presigned.Select(s => SignatureRdata.Read(s)!)];
            Assert.Contains(fields, f => f.Covered == RecordType.DNSKEY);
            Assert.Equal(set.Cds.Count > 0, fields.Any(f => f.Covered == RecordType.CDS));
            Assert.All(fields, f => Assert.InRange(now, SignatureRdata.Time(f.Inception, now), SignatureRdata.Time(f.Expiration, now) - TimeSpan.FromDays(6)));
            Assert.Empty(set.KeySigners);
        }
    }

    [Fact]
    public void Behind_its_end_it_serves_on_for_a_week_and_then_says_so()
    {
        DateTimeOffset end = KeyWorld.Start + Length;
        ZoneKey[] atEnd = [.. _keys.Where(k => k.StateAt(end.AddSeconds(-1)) is not (KeyState.Removed or KeyState.Future))];
        Assert.NotNull(_bundle.SlotAt([.. atEnd.Select(k => k.Key)], end.AddDays(6)));
        Assert.Null(_bundle.SlotAt([.. atEnd.Select(k => k.Key)], end.AddDays(8)));
        Assert.Contains("its last signatures ended at", _bundle.Explain(end.AddDays(8)));
    }

    /// <summary>It never ended.</summary>
    [Fact]
    public void A_bundle_that_begins_within_a_second_ends()
    {
        DateTimeOffset now = KeyWorld.Start.AddMilliseconds(500);
        Assert.Equal(KeyWorld.Start + Length, KeyBundleMaker.Make(KeyWorld.Zone, _keys, Policy, now, now + Length, [])!.Ends);
    }

    [Fact]
    public void Rejects_a_file_that_was_changed()
    {
        string text = _bundle.Write(3600);
        Assert.Contains("no bundle of example.org.", Error("x" + text));
        string[] lines = text.Split('\n');
        int key = Array.FindIndex(lines, l => l.Contains("DNSKEY 256", StringComparison.Ordinal));
        Assert.Contains("DNSKEY has no signature by a key-signing key", Error(string.Join('\n', lines.Where((_, i) => i != key))));
        Assert.Contains("expected a record of example.org.", Error(text.Replace("example.org. 3600 IN DNSKEY", "example.net. 3600 IN DNSKEY", StringComparison.Ordinal)));
        Assert.Contains("1: no signatures", Error(lines[0]));
        Assert.StartsWith("2: expected \"; from", Error($"{lines[0]}\n; from now until then\n"));
    }

    [Fact]
    public void Other_keys_than_those_that_it_signs_are_a_problem()
    {
        var problems = new List<string>();
        ZoneKey[] others = [.. _keys.Where(k => k.IsKsk).Select(k => k with { Key = DnssecKey.FromRdata(k.Key.Rdata) })];
        ZoneKey zsk = KeyBundleMaker.Make(KeyWorld.Zone, new NewKey(DnssecKey.ZoneKey, DnssecAlgorithm.ECDSAP256SHA256, _keys[0].Times), []);
        Assert.Null(KeySchedule.At(KeyWorld.Zone, [.. others, zsk], Policy, _bundle, KeyWorld.Start, problems));
        Assert.Contains(problems, p => p.Contains("signs other keys than those that are published now", StringComparison.Ordinal));
    }

    private static KeyBundle? Read(string text) => KeyBundle.Read(KeyWorld.Zone, text, out _);

    private static string Error(string text)
    {
        Assert.Null(KeyBundle.Read(KeyWorld.Zone, text, out string? error));
        return error!;
    }
}
