using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>RFC 2136 section 3, rule by rule.</summary>
public sealed class UpdateRulesTests
{
    private static readonly Zone Zone = TestServer.Compile("""
        $ORIGIN example.org.
        $TTL 300
        @      SOA    ns hostmaster 7 3600 600 86400 30
               NS     ns
        ns     A      192.0.2.53
        www    A      192.0.2.1
               A      192.0.2.2
               TXT    "here"
        alias  CNAME  www
        a.b    A      192.0.2.3
        r      REGION 50 8
               A      192.0.2.10
        s      STEER  failover r
        """);

    [Theory]
    [InlineData("yxdomain www", Rcode.NoError)]
    [InlineData("yxdomain nowhere", Rcode.NxDomain)]
    [InlineData("yxdomain b", Rcode.NxDomain)] // an empty non-terminal owns no record (section 2.4.4)
    [InlineData("nxdomain nowhere", Rcode.NoError)]
    [InlineData("nxdomain www", Rcode.YxDomain)]
    [InlineData("yxrrset www A", Rcode.NoError)]
    [InlineData("yxrrset www AAAA", Rcode.NxRRset)]
    [InlineData("nxrrset www AAAA", Rcode.NoError)]
    [InlineData("nxrrset www A", Rcode.YxRRset)]
    [InlineData("yxrrset www A 192.0.2.2|yxrrset www A 192.0.2.1", Rcode.NoError)]
    [InlineData("yxrrset www A 192.0.2.1", Rcode.NxRRset)]
    [InlineData("yxrrset alias CNAME WWW.example.org.", Rcode.NoError)] // names compare without case
    [InlineData("yxdomain www|nxrrset www A", Rcode.YxRRset)]
    public void Prerequisites(string lines, Rcode expected) => Assert.Equal(expected, UpdateRules.CheckPrerequisites(Zone, UpdateWire.Message(lines.Split('|')).Prerequisites));

    [Theory]
    [InlineData("add new 60 A 192.0.2.9", "+new 60 A 192.0.2.9")]
    [InlineData("add www 300 A 192.0.2.1", "")] // it is there
    [InlineData("add www 300 A 192.0.2.9", "+www 300 A 192.0.2.9")]
    [InlineData("add www 60 A 192.0.2.1", "-www 300 A 192.0.2.1|-www 300 A 192.0.2.2|+www 60 A 192.0.2.1|+www 60 A 192.0.2.2")] // one TTL for an RRset
    [InlineData("delete www A", "-www 300 A 192.0.2.1|-www 300 A 192.0.2.2")]
    [InlineData("delete www", "-www 300 A 192.0.2.1|-www 300 A 192.0.2.2|-www 300 TXT \"here\"")]
    [InlineData("delete www A 192.0.2.2", "-www 300 A 192.0.2.2")]
    [InlineData("delete www A 192.0.2.7", "")]
    [InlineData("delete nowhere", "")]
    [InlineData("add alias 60 A 192.0.2.9", "")] // section 3.4.2.2: silently not beside a CNAME
    [InlineData("add www 60 CNAME ns", "")]
    [InlineData("add alias 300 CNAME ns", "-alias 300 CNAME www.example.org.|+alias 300 CNAME ns.example.org.")]
    [InlineData("delete alias|add alias 60 A 192.0.2.9", "-alias 300 CNAME www.example.org.|+alias 60 A 192.0.2.9")] // in their order
    [InlineData("delete @ NS", "")] // section 3.4.2.3
    [InlineData("delete @ NS ns", "")] // section 3.4.2.4: the last one stays
    [InlineData("delete @", "")]
    [InlineData("add x 60 A 192.0.2.9|delete x", "")]
    [InlineData("add WWW 300 TXT HERE", "+WWW 300 TXT \"HERE\"")]
    public void Updates(string lines, string expected)
    {
        var made = UpdateRules.Apply(Zone, UpdateWire.Message(lines.Split('|')).Updates, (_, _) => true, out string? refused);
        Assert.Null(refused);
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), (string[])[.. made!.Value.Deleted.Select(r => "-" + Text(r)), .. made.Value.Added.Select(r => "+" + Text(r))]);
    }

    [Theory]
    [InlineData("add x 60 REGION 1 2")]
    [InlineData("add r 60 A 192.0.2.11")]
    [InlineData("delete r A")]
    [InlineData("delete s")]
    [InlineData("add s 60 TXT x")]
    [InlineData("add @ 60 SOA ns hostmaster 99 1 1 1 1")]
    [InlineData("delete @ SOA")]
    [InlineData("add @ 60 DNSKEY 256 3 13 AAAA")]
    public void Nobody_may_touch_what_steers_or_signs_or_the_SOA(string line)
    {
        Assert.Null(UpdateRules.Apply(Zone, UpdateWire.Message(line).Updates, (_, _) => true, out string? refused));
        Assert.NotNull(refused);
    }

    [Fact]
    public void Deleting_a_name_needs_the_right_to_every_type_there()
    {
        Assert.Null(UpdateRules.Apply(Zone, UpdateWire.Message("delete www").Updates, (_, type) => type == RecordType.A, out string? refused));
        Assert.Equal("TXT of www.example.org. is not this key's to change", refused);
    }

    [Fact]
    public void All_or_nothing() => Assert.Null(UpdateRules.Apply(Zone, UpdateWire.Message("add x 60 A 192.0.2.9", "add y 60 TXT y").Updates, (_, type) => type == RecordType.A, out _));

    [Fact]
    public void Messages_that_are_none()
    {
        Assert.Equal(Rcode.NotZone, UpdateWire.Read([.. UpdateWire.Of(), .. UpdateWire.Record("www.example.com.", RecordType.A, DnsClass.In, 60, [1, 2, 3, 4])], 9, out _));
        Assert.Equal(Rcode.FormErr, UpdateWire.Read([.. UpdateWire.Of(), .. UpdateWire.Record("x", RecordType.A, DnsClass.In, 60, [1, 2, 3])], 9, out _));
        Assert.Equal(Rcode.FormErr, UpdateWire.Read([.. UpdateWire.Of(), .. UpdateWire.Record("x", RecordType.AXFR, DnsClass.In, 60, [])], 9, out _));
        Assert.Equal(Rcode.FormErr, UpdateWire.Read([.. UpdateWire.Of(), .. UpdateWire.Record("x", RecordType.A, DnsClass.Any, 60, [])], 9, out _)); // a TTL
        Assert.Equal(Rcode.FormErr, UpdateWire.Read([.. UpdateWire.Of(), .. UpdateWire.Record("x", RecordType.ANY, DnsClass.None, 0, [])], 9, out _));
        Assert.Equal(Rcode.FormErr, UpdateWire.Read([.. UpdateWire.Of(), .. UpdateWire.Record("x", RecordType.A, DnsClass.Ch, 0, [1, 2, 3, 4])], 9, out _));
        Assert.Equal(Rcode.FormErr, UpdateWire.Read([.. UpdateWire.Of(), .. UpdateWire.Record("x", RecordType.A, DnsClass.In, 1, [1, 2, 3, 4])], 7, out _)); // a prerequisite with a TTL
        Assert.Equal(Rcode.FormErr, UpdateWire.Read([.. UpdateWire.Of(), .. UpdateWire.Record("x", RecordType.A, DnsClass.Any, 0, [1, 2, 3, 4])], 7, out _)); // with data
    }

    private static string Text(TransferRecord record) => record.ToString().Replace(".example.org. ", " ").Replace(" IN ", " ");
}
