using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>What updates changed, beside a file that changes too.</summary>
public sealed class ZoneEditsTests
{
    private const string Text = """
        $ORIGIN example.org.
        $TTL 300
        @      SOA    ns hostmaster 7 3600 600 86400 30
               NS     ns
        ns     A      192.0.2.53
        www    A      192.0.2.1

        """;

    [Fact]
    public void A_file_is_served_with_them_and_with_their_serial()
    {
        ZoneFile made = Edited(Text, Edit("new 60 A 192.0.2.9", 1), Edit("www - A 192.0.2.1", 2));
        Assert.False(made.HasErrors);
        Assert.Equal(9u, made.Serial);
        Assert.Equal(["new.example.org. 60 IN A 192.0.2.9"], made.Records.Where(r => r.Type == RecordType.A && !r.Owner.Equals(DomainName.Parse("ns.example.org"))).Select(r => r.ToString()));
    }

    [Fact]
    public void The_file_wins_where_both_cannot_stand_and_that_is_said()
    {
        ZoneFile made = Edited(Text + "new CNAME www\nr REGION 50 8\n  A 192.0.2.3\n", Edit("new 60 A 192.0.2.9", 1), Edit("r 60 A 192.0.2.4", 2), Edit("ok 60 A 192.0.2.5", 3));
        Assert.False(made.HasErrors);
        Assert.Equal(2, made.Diagnostics.Count(d => d.Message.Contains("is left out") && d.Message.Contains("by key k")));
        Assert.Single(made.Records, r => r.Owner.Equals(DomainName.Parse("ok.example.org")));
        Assert.DoesNotContain(made.Records, r => r.ToString().Contains("192.0.2.9") || r.ToString().Contains("192.0.2.4"));
    }

    [Fact]
    public void What_breaks_the_zone_is_left_out_alone()
    {
        // Below a DNAME that the file has by now nothing may stand.
        ZoneFile made = Edited(Text + "d DNAME example.net.\n", Edit("x.d 60 A 192.0.2.9", 1), Edit("ok 60 A 192.0.2.5", 2));
        Assert.False(made.HasErrors);
        Assert.Contains("below the DNAME", Assert.Single(made.Diagnostics, d => d.Message.Contains("is left out")).Message);
        Assert.Contains(made.Records, r => r.Owner.Equals(DomainName.Parse("ok.example.org")));
    }

    [Fact]
    public void An_RRset_has_one_TTL_and_an_alias_is_replaced()
    {
        ZoneFile made = Edited(Text + "alias CNAME ns\n", Edit("www 60 A 192.0.2.9", 1), Edit("alias 30 CNAME www", 2));
        Assert.Empty(made.Diagnostics);
        Assert.Equal([60u, 60u], made.Records.At(DomainName.Parse("www.example.org")).Select(r => r.Ttl));
        Assert.Equal("alias.example.org. 30 IN CNAME www.example.org.", Assert.Single(made.Records.At(DomainName.Parse("alias.example.org"))).ToString());
    }

    [Fact]
    public void A_file_with_errors_stays_what_it_is()
    {
        ZoneFile file = ZoneFileReader.Read("zone", Text + "x BAD\n", UpdateWire.Zone);
        Assert.Same(file, EditedZone.Of(file, Edits(Edit("new 60 A 192.0.2.9", 1)), "edits", 9));
    }

    /// <summary>Whatever the order in which nodes hear of edits, they end with the same.</summary>
    [Fact]
    public void Merging_is_the_same_in_any_order()
    {
        var random = new Random(20_261_129);
        for (int round = 0; round < 2_000; round++) MergeBothWays(random);
    }

    private static void MergeBothWays(Random random)
    {
        ZoneEdit[] all = [.. Enumerable.Range(0, random.Next(1, 8)).Select(i => Edit($"n{random.Next(3)} {(random.Next(2) == 0 ? "-" : $"{random.Next(3)}")} A 192.0.2.{random.Next(2)}", i))];
        ZoneEdits left = ZoneEdits.None(UpdateWire.Zone), right = left;
        foreach (ZoneEdit edit in all)
        {
            if (random.Next(2) == 0) left = left.With([edit], (uint)random.Next(1, 9));
            else right = right.With([edit], (uint)random.Next(1, 9));
        }
        ZoneEdits one = left.Merge(right), other = right.Merge(left);
        Assert.Equal(one.All, other.All);
        Assert.Equal(one.Serial, other.Serial);
        Assert.Empty(left.NewerThan(one));
    }

    private static ZoneFile Edited(string text, params ZoneEdit[] edits) => EditedZone.Of(ZoneFileReader.Read("zone", text, UpdateWire.Zone), Edits(edits), "edits", 9);

    private static ZoneEdits Edits(params ZoneEdit[] edits) => ZoneEdits.None(UpdateWire.Zone).With(edits, 9);

    /// <param name="text">Owner, TTL or <c>-</c> for one taken out, type, data.</param>
    private static ZoneEdit Edit(string text, int revision)
    {
        string[] w = text.Split(' ', 4);
        Assert.True(RecordTypeName.TryParse(w[2], out RecordType type) & RdataText.TryParse(type, w[3], UpdateWire.Zone, out byte[]? rdata, out _) & DomainName.TryParse(w[0], UpdateWire.Zone, out DomainName? owner, out _));
        return new ZoneEdit(owner!, type, rdata!, w[1] == "-" ? null : uint.Parse(w[1]), $"{revision:D4}", "k");
    }
}
