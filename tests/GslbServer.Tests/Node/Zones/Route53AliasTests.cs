using static GslbServer.Tests.Zones.Route53Run;

namespace GslbServer.Tests.Zones;

/// <summary>Aliases of Route 53, which a zone has none of: names as targets, copies, CNAME, or a note.</summary>
public sealed class Route53AliasTests : IDisposable
{
    private readonly Route53Run _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("example.org.", "@")]
    [InlineData("a.example.org.", "a")]
    public async Task An_alias_to_a_steered_name_is_a_STEER_to_it(string name, string owner)
    {
        await _run.ImportAsync([Alias(name, "A", "www.example.org."), Alias(name, "AAAA", "www.example.org."), Set(name, "TXT", "\"x\""),
            Weighted("www.example.org.", "A", "one", "192.0.2.1"), Weighted("www.example.org.", "AAAA", "one", "2001:db8::1")]);
        Assert.Contains($"{owner} 20 STEER failover www", _run.Lines);
        Assert.Contains($"{owner} 300 TXT \"x\"", _run.Lines);
    }

    [Theory]
    [InlineData("example.org.", "@")]
    [InlineData("a.example.org.", "a")]
    public async Task An_alias_to_a_name_with_records_copies_them(string name, string owner)
    {
        await _run.ImportAsync([Alias(name, "A", "two.example.org."), Alias(name, "AAAA", "two.example.org."), Set(name, "TXT", "\"x\""),
            Alias("two.example.org.", "A", "www.example.org"), Set("two.example.org.", "AAAA", "2001:db8::1"), Set("www.example.org.", "A", "192.0.2.1", "192.0.2.2")]);
        Assert.Contains($"{owner} 300 A 192.0.2.2", _run.Lines);
        Assert.Contains($"{owner} 300 AAAA 2001:db8::1", _run.Lines);
        _run.Noted($"{name} A: an alias to www.example.org., whose A records are copied; change both together from now on");
        _run.Noted($"{name} AAAA: an alias to two.example.org., whose AAAA records are copied; change both together from now on");
    }

    [Fact]
    public async Task An_alias_of_one_type_to_a_name_of_both_is_told()
    {
        await _run.ImportAsync([Alias("a.example.org.", "A", "www.example.org."), Weighted("www.example.org.", "A", "one", "192.0.2.1"), Weighted("www.example.org.", "AAAA", "one", "2001:db8::1")]);
        Assert.Contains("a 20 STEER failover www", _run.Lines);
        _run.Noted("a.example.org. AAAA: is not in Route 53, where an alias has one type; here the name has what www.example.org. has");
    }

    [Fact]
    public async Task An_alias_to_elsewhere_is_a_CNAME_where_it_stands_alone()
    {
        await _run.ImportAsync([Alias("a.example.org.", "A", "lb.example.net."), Alias("a.example.org.", "AAAA", "lb.example.net.")]);
        Assert.Contains("a 60 CNAME lb.example.net.", _run.Lines);
    }

    [Fact]
    public async Task An_alias_of_the_other_type_to_another_target_is_told()
    {
        await _run.ImportAsync([Alias("a.example.org.", "A", "one.example.net."), Alias("a.example.org.", "AAAA", "two.example.net.")]);
        Assert.Contains("a 60 CNAME one.example.net.", _run.Lines);
        _run.Noted("a.example.org. AAAA: an alias to two.example.net. beside one to one.example.net., and a name has one CNAME, so it is not carried over; write the addresses of both");
    }

    [Fact]
    public async Task No_CNAME_stands_beside_other_records()
    {
        await _run.ImportAsync([
            Alias("t.example.org.", "A", "lb.example.net."), Set("t.example.org.", "TXT", "\"x\""), Set("a.example.org.", "A", "192.0.2.1"), Alias("a.example.org.", "AAAA", "lb.example.net."),
            Alias("i.example.org.", "A", "lb.example.net."), Alias("i.example.org.", "AAAA", "a6.example.org."), Set("a6.example.org.", "AAAA", "2001:db8::1")]);
        Assert.DoesNotContain(_run.Lines, line => line.Contains(" CNAME ", StringComparison.Ordinal));
        Assert.Contains("i 300 AAAA 2001:db8::1", _run.Lines);
        foreach (string subject in (string[])["t.example.org. A", "a.example.org. AAAA", "i.example.org. A"])
            _run.Noted($"{subject}: an alias to lb.example.net. beside other records of the name, where no CNAME can stand, so it is not carried over; write its addresses");
    }

    [Fact]
    public async Task No_steered_CNAME_stands_at_the_apex_or_beside_other_records()
    {
        await _run.ImportAsync([Steered("example.org.", "A", "one", "lb.example.net."), Weighted("example.org.", "A", "two", "192.0.2.2"),
            Steered("t.example.org.", "A", "one", "lb.example.net."), Set("t.example.org.", "TXT", "\"x\""), Steered("in.example.org.", "A", "one", "lb.example.net."), Steered("u.example.org.", "A", "one", "in.example.org."), Set("u.example.org.", "TXT", "\"x\""),
            Alias("v.example.org.", "A", "in.example.org."), Set("v.example.org.", "TXT", "\"x\"")]);
        Assert.Contains("@ 20 STEER weighted two=1", _run.Lines);
        Assert.Contains("in 60 STEER weighted one=1", _run.Lines);
        Assert.DoesNotContain(_run.Lines, line => line is ['t' or 'u' or 'v', ' ', ..] && line.Contains(" STEER ", StringComparison.Ordinal));
        _run.Noted("example.org. A \"one\": an alias to lb.example.net. at the apex, where no CNAME can stand, so it is not carried over; write its addresses");
        _run.Noted("t.example.org. A \"one\": an alias to lb.example.net. beside other records of the name, where no CNAME can stand, so it is not carried over; write its addresses");
        _run.Noted("u.example.org. A \"one\": an alias to in.example.org. beside other records of the name, where no CNAME can stand, so it is not carried over; write its addresses");
        _run.Noted("v.example.org. A: an alias to in.example.org., which answers with a CNAME, beside other records of the name, where none can stand, so it is not carried over; steer the name by hand");
    }

    [Fact]
    public async Task Steered_aliases_to_names_with_records_copy_them()
    {
        await _run.ImportAsync([Steered("w.example.org.", "A", "one", "www.example.org."), Weighted("w.example.org.", "AAAA", "one", "2001:db8::1"), Set("www.example.org.", "A", "192.0.2.1")]);
        Assert.Contains("one 60 A 192.0.2.1", _run.Lines);
        Assert.Contains("one 60 AAAA 2001:db8::1", _run.Lines);
        _run.Noted("w.example.org. A \"one\": an alias to www.example.org., whose A records are copied; change both together from now on");
    }

    [Fact]
    public async Task Types_of_one_identifier_that_lead_elsewhere_are_told()
    {
        await _run.ImportAsync([Weighted("w.example.org.", "A", "one", "192.0.2.1"), Steered("w.example.org.", "AAAA", "one", "lb.example.net.")]);
        Assert.Contains("one 60 A 192.0.2.1", _run.Lines);
        _run.Noted("w.example.org. AAAA \"one\": leads elsewhere than the A of the same identifier, and one target cannot do both, so it is not carried over; steer a name of its own to it");
    }

    /// <summary>A word of STEER is a character-string, and the name in it has escapes of its own.</summary>
    [Fact]
    public async Task Names_with_escapes_are_targets()
    {
        await _run.ImportAsync([Weighted("a\\100b.example.org.", "A", "one", "192.0.2.1"), Steered("w.example.org.", "A", "two", "a\\\\100b.example.org."), Alias("x.example.org.", "A", "a\\100b.example.org.")]);
        Assert.Contains("w 60 STEER weighted \"a\\\\@b=1\"", _run.Lines);
        Assert.Contains("x 20 STEER failover \"a\\\\@b\"", _run.Lines);
    }

    [Fact]
    public async Task Aliases_in_circles_are_told()
    {
        await _run.ImportAsync([Alias("a.example.org.", "A", "b.example.org."), Alias("b.example.org.", "A", "a.example.org."),
            Steered("x.example.org.", "A", "one", "y.example.org."), Steered("y.example.org.", "A", "one", "x.example.org.")]);
        Assert.Contains(_run.Errors, note => note.Contains("aliases that lead to aliases more than 8 times, or in a circle, are not carried over", StringComparison.Ordinal));
        _run.Noted("y.example.org. A \"one\": an alias to x.example.org., which is not carried over or leads back here");
    }

    [Fact]
    public async Task A_country_that_does_not_exist_is_left_out()
    {
        await _run.ImportAsync([Weighted("g.example.org.", "A", "zz", "192.0.2.1").Replace("\"Weight\": 1", "\"GeoLocation\": { \"CountryCode\": \"ZZ\" }", StringComparison.Ordinal),
            Weighted("g.example.org.", "A", "rest", "192.0.2.2").Replace("\"Weight\": 1", "\"GeoLocation\": { \"CountryCode\": \"*\" }", StringComparison.Ordinal)]);
        Assert.Contains("g 20 STEER geo rest map=*:rest", _run.Lines);
        Assert.Contains(_run.Errors, note => note.StartsWith("note: g.example.org. A \"zz\": its location is no PLACE, so it is not carried over: ", StringComparison.Ordinal) && note.Contains("ZZ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task More_sets_than_a_STEER_has_targets_are_told()
    {
        await _run.ImportAsync([.. Enumerable.Range(1, 65).Select(i => Weighted("w.example.org.", "A", $"s{i}", $"192.0.2.{i}"))]);
        _run.Noted("w.example.org.: has 65 sets, and a STEER at most 64 targets, so it is not carried over; steer names of a part each, and this one among them");
    }

    private static string Steered(string name, string type, string identifier, string target) =>
        $$"""{ "Name": "{{name}}", "Type": "{{type}}", "SetIdentifier": "{{identifier}}", "Weight": 1, "AliasTarget": { "DNSName": "{{target}}", "HostedZoneId": "Z", "EvaluateTargetHealth": true } }""";
}
