using System.Text;

namespace GslbServer.Tests.Zones;

/// <summary>PowerDNS's geoip backend and LUA records in the zone language.</summary>
public sealed class PowerDnsImportTests : IDisposable
{
    private const string Domain = """
        domains:
        - domain: geo.example.org
          ttl: 30
          records:
            geo.example.org:
              - soa: ns1.example.org hostmaster.example.org 1 7200 3600 1209600 60
              - ns: ns1.example.org
              - mx: { content: 10 mail.example.org, ttl: 600 }
              - txt: hello world
        """;

    private readonly ImportRun _run = new("powerdns");

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Formats_become_rules()
    {
        await ImportYamlAsync("""
                fin.eu.service.geo.example.org: [ a: 192.0.2.2, aaaa: 2001:db8::2 ]
                usa.na.service.geo.example.org: [ a: 192.0.2.3 ]
                eu.service.geo.example.org: [ a: 192.0.2.4 ]
                service.unknown.geo.example.org: [ a: 192.0.2.5 ]
                default.geo.example.org: [ a: 192.0.2.6 ]
              services:
                www.geo.example.org: [ '%co.%cn.service.geo.example.org', '%cn.service.geo.example.org', default.geo.example.org ]
            """);
        Assert.Equal("www 30 STEER geo fin.eu.service usa.na.service eu.service default map=FIN:fin.eu.service map=USA:usa.na.service map=EU:eu.service map=*:default", _run.Record("www", "STEER"));
        Assert.Contains("fin.eu.service 60 REGION 0 0", _run.Lines);
        Assert.Contains("@ 600 MX 10 mail.example.org.", _run.Lines);
        Assert.Contains("@ 30 TXT \"hello world\"", _run.Lines);
        await _run.CheckedAsync("geo.example.org");
    }

    [Fact]
    public async Task Weights_networks_and_mappings_are_carried()
    {
        await ImportYamlAsync("""
                one.geo.example.org: [ a: { content: 192.0.2.2, weight: 50 }, a: { content: 192.0.2.3, weight: 150 } ]
                inside.geo.example.org: [ a: 10.0.0.1 ]
                pop-eu.geo.example.org: [ a: 192.0.2.4 ]
                as64500.geo.example.org: [ a: 192.0.2.7 ]
              services:
                www.geo.example.org: { default: [ 'as%as.geo.example.org', 'pop-%mp.geo.example.org', one.geo.example.org ], 10.0.0.0/8: inside.geo.example.org }
                away.geo.example.org: cdn.example.net
              custom_mapping: { de: eu, fr: eu, us-ny: us }
              mapping_lookup_formats: [ '%cc-%re', '%cc' ]
            """);
        Assert.Equal("www 30 STEER geo inside as64500 pop-eu one map=10.0.0.0/8:inside map=AS64500:as64500 map=DE:pop-eu map=FR:pop-eu map=*:one", _run.Record("www", "STEER"));
        Assert.Equal("one 30 STEER weighted one-1=50 one-2=150 spread=random", _run.Record("one", "STEER"));
        Assert.Equal("away 30 STEER geo cdn map=*:cdn", _run.Record("away", "STEER"));
        Assert.Contains("cdn 60 CNAME cdn.example.net.", _run.Lines);
        await _run.CheckedAsync("geo.example.org");
    }

    [Fact]
    public async Task What_depends_on_more_than_the_place_is_told()
    {
        await ImportYamlAsync("""
                me.geo.example.org: [ txt: 'you are %ip' ]
                v4.geo.example.org: [ a: 192.0.2.1 ]
              services:
                af.geo.example.org: '%af.geo.example.org'
                no.geo.example.org: '%cn.elsewhere.example.net'
                mp.geo.example.org: '%mp%mp.twice.geo.example.org'
            """);
        Assert.Contains(_run.Errors, note => note.Contains("me.geo.example.org. TXT: a record that says something of the client is not carried over", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.Contains("%af is no PLACE", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.Contains("twice.geo.example.org: %mp twice is no PLACE", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.Contains("no.geo.example.org.: its formats lead to no name that is here", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("naptr: '1 2 \"U\" \"SIP\" \"\" next.example.net'", "a 30 NAPTR 1 2 \"U\" \"SIP\" \"\" next.example.net.")]
    [InlineData("https: 1 svc.example.net alpn=h2", "a 30 HTTPS 1 svc.example.net. alpn=\"h2\"")]
    [InlineData("srv: 1 2 443 srv.example.net", "a 30 SRV 1 2 443 srv.example.net.")]
    [InlineData("txt: 100%% of it", "a 30 TXT \"100% of it\"")]
    [InlineData("txt: \"x\\nevil 60 A 192.0.2.66\"", "a 30 TXT \"x\\010evil 60 A 192.0.2.66\"")]
    public async Task Records_are_those_of_a_zone_file(string record, string line)
    {
        await ImportYamlAsync($$"""    a.geo.example.org: [ { {{record}} } ]""");
        Assert.Contains(line, _run.Lines);
        await _run.CheckedAsync("geo.example.org");
    }

    [Theory]
    [InlineData("a.geo.example.org: [ { a: \"192.0.2.1\\nevil 60 A 192.0.2.66\" } ]", "no A: ")]
    [InlineData("a.geo.example.org: [ { a: 192.0.2.999 } ]", "no A: \"192.0.2.999\" is no address")]
    [InlineData("a.geo.example.org: [ { cname: \"x.example.net\\n$INCLUDE x\" } ]", "no CNAME: ")]
    [InlineData("a.geo.example.org: [ { steer: failover a } ]", "there is no such type of records; expected one such as a or txt")]
    public async Task What_is_no_record_is_told(string record, string error)
    {
        string file = _run.Write("geo.yaml", $"{Domain}\n    {record}\n");
        Assert.Equal(1, await _run.ImportAsync(file));
        Assert.Matches($"^gslb: {System.Text.RegularExpressions.Regex.Escape(file)}:[0-9]+:[0-9]+: {System.Text.RegularExpressions.Regex.Escape(error)}", _run.Errors[0]);
    }

    [Fact]
    public async Task Names_with_line_breaks_write_no_lines()
    {
        await ImportYamlAsync("""
                "a\nevil.geo.example.org": [ { a: 192.0.2.1 } ]
              services:
                "b\n$INCLUDE x.geo.example.org": [ "x\n$INCLUDE y.example.net" ]
            """);
        Assert.Contains("a\\010evil 30 A 192.0.2.1", _run.Lines);
        Assert.DoesNotContain(_run.Lines, line => line.StartsWith("evil", StringComparison.Ordinal) || line.StartsWith("$INCLUDE", StringComparison.Ordinal));
        await _run.CheckedAsync("geo.example.org");
    }

    [Fact]
    public async Task Options_of_checks_that_have_no_like_are_told()
    {
        await ImportZoneAsync("www 60 IN LUA A \"ifurlup('http://www.example.org/up', {'192.0.2.1'}, {useragent='probe', source='192.0.2.9', interval=10})\"");
        Assert.Contains(_run.Errors, note => note.EndsWith("www LUA A: source, useragent of its check: not carried over", StringComparison.Ordinal));
        await _run.CheckedAsync("example.org");
    }

    [Fact]
    public async Task Directives_of_others_are_told()
    {
        await ImportZoneAsync("$UNHEARD of\na 60 IN A 192.0.2.1");
        Assert.Contains("; not carried over: $UNHEARD of", _run.Lines);
        Assert.Contains(_run.Errors, note => note.EndsWith(": $UNHEARD: is no directive of a zone here, so it is not carried over", StringComparison.Ordinal));
        await _run.CheckedAsync("example.org");
    }

    [Theory]
    [InlineData("domains: [", ":2:1: no YAML: ")]
    [InlineData("domains:\n- ttl: 5", ":2:3: expected the name of a domain")]
    [InlineData("domains:\n- domain: example.org", ":2:3: the domain has no ttl")]
    [InlineData("domains:\n- domain: example.org\n  ttl: x", ":3:8: ttl: expected a number from 0 to 2147483647")]
    [InlineData("domains: *x", ":1:10: *x stands for nothing before it")]
    [InlineData("a: 1\na: 2", ":2:1: the key \"a\" stands twice in one map")]
    [InlineData("domains: [ { domain: example.org, ttl: 1, mapping_lookup_formats: ['%mp'] } ]", ":1:12: %mp is what mapping_lookup_formats find, so it cannot be in them")]
    [InlineData("a: 1", ": no domains; expected the zones-file of the geoip backend")]
    public async Task What_is_no_zones_file_is_told(string yaml, string error)
    {
        string file = _run.Write("geo.yaml", yaml);
        Assert.Equal(1, await _run.ImportAsync(file));
        Assert.StartsWith($"gslb: {file}{error}", _run.Errors[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A \"ifportup(443, {'192.0.2.1', '192.0.2.2'})\"", "weighted www-1=1 www-2=1 check=check-port-443 spread=random all-down=all")]
    [InlineData("A \"pickrandom({'192.0.2.1', '192.0.2.2'})\"", "weighted www-1=1 www-2=1 spread=random")]
    [InlineData("A (\"pickwhashed({ \" \" {15, '192.0.2.1'}, {100, '192.0.2.2'} })\")", "weighted www-1=15 www-2=100")]
    [InlineData("A \"pickclosest({'192.0.2.1', '192.0.2.2'})\"", "geo www-1 www-2")]
    [InlineData("A \"ifurlup('https://www.example.org/up', { {'192.0.2.1', '192.0.2.2'}, {'192.0.2.3'} }, {selector='all', stringmatch='all good', interval=10})\"", "failover www-choice-1 www-choice-2 all-down=all")]
    [InlineData("A \"view({ { {'10.0.0.0/8'}, {'192.0.2.1'} }, { {'0.0.0.0/0'}, {'192.0.2.2'} } })\"", "geo www-1 www-2 map=10.0.0.0/8:www-1 map=*:www-2")]
    [InlineData("A \";if country('US') or continent('AS') then return {'192.0.2.1'} elseif asnum({64500, 64501}) then return '192.0.2.2' end return pickrandom({'192.0.2.3'})\"",
        "geo www-1 www-2 www-choice-1 map=US:www-1 map=AS:www-1 map=AS64500:www-2 map=AS64501:www-2 map=*:www-choice-1")]
    [InlineData("CNAME \"pickrandom({'a.example.net', 'b.example.net.'})\"", "weighted www-1=1 www-2=1 spread=random")]
    public async Task Functions_become_policies(string record, string steer)
    {
        await ImportZoneAsync($"www 60 IN LUA {record}");
        Assert.Equal($"www 60 STEER {steer}", _run.Record("www", "STEER"));
        await _run.CheckedAsync("example.org");
    }

    [Fact]
    public async Task Both_families_are_one_choice()
    {
        await ImportZoneAsync("""
            www 60 IN LUA A    "ifportup(443, {'192.0.2.1', '192.0.2.2'})"
                60 IN LUA AAAA "ifportup(443, {'2001:db8::1', '2001:db8::2'})"
                   MX 10 mail.example.net.
            odd 60 IN LUA A    "pickrandom({'192.0.2.1', '192.0.2.2'})"
            odd 60 IN LUA AAAA "pickrandom({'2001:db8::1'})"
            two 60 IN LUA A    "pickrandom({'192.0.2.1', '192.0.2.2'})"
            two 60 IN LUA AAAA "ifportup(443, {'2001:db8::1'})"
            """);
        Assert.Equal(2, _run.Record("www", "STEER").Split('=').Count(part => part.StartsWith("1 ", StringComparison.Ordinal)));
        Assert.Equal(2, _run.Lines.Count(line => line.EndsWith("AAAA 2001:db8::1", StringComparison.Ordinal)));
        Assert.Contains("www.example.org. MX 10 mail.example.net.", _run.Lines);
        Assert.Contains(_run.Errors, note => note.Contains("two LUA AAAA: chooses otherwise than the record of another type beside it", StringComparison.Ordinal));
        await _run.CheckedAsync("example.org");
    }

    [Fact]
    public async Task Checks_say_what_PowerDNS_checks()
    {
        await ImportZoneAsync("www 60 IN LUA A \"ifurlup('https://www.example.org:8443/up?a=1', {'192.0.2.1'}, {stringmatch='all good', timeout=3, minimumFailures=2})\"");
        Assert.Contains(_run.Lines, line => line.EndsWith("CHECK https port=8443 path=/up?a=1 host=www.example.org expect=200 \"body=all good\" every=5s timeout=3s fall=2 rise=1", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.EndsWith("PowerDNS does not verify certificates; the CHECK does; write verify=no for endpoints without a certificate of that name", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A \"createForward()\"", "the function createForward; write the records with $GENERATE")]
    [InlineData("PTR \"createReverse('%1%.%2%.example.org')\"", "only LUA records of type A, AAAA and CNAME are carried over; write the names with $GENERATE")]
    [InlineData("A \"; local x = 1 return x\"", "is more than a choice that can be carried over: \"local x = 1 return x\"; steer")]
    [InlineData("A \"pickrandom({'2001:db8::1'})\"", "\"2001:db8::1\" in a record of type A")]
    [InlineData("A \";if country('XX') then return '192.0.2.1' else return '192.0.2.2' end\"", "unknown place \"XX\"")]
    [InlineData("A \"pickrandom({'192.0.2.1'\"", "an end too early")]
    public async Task What_is_more_is_told_and_left_as_a_comment(string record, string note)
    {
        await ImportZoneAsync($"www 60 IN LUA {record}");
        Assert.Contains(_run.Errors, error => error.Contains(note, StringComparison.Ordinal));
        Assert.Contains(_run.Lines, line => line.StartsWith("; not carried over: www LUA ", StringComparison.Ordinal));
    }

    [Fact]
    public void No_YAML_makes_it_fail()
    {
        string[] pieces = ["domains", ":", " ", "\n", "- ", "a", "[", "]", "{", "}", ",", "&x ", "*x", "'", "\"", "#", "|", "? ", "!!t ", "%", "---", "\t", "records"];
        Fuzz.Rounds(random =>
        {
            var text = new StringBuilder();
            for (int i = random.Next(12); i > 0; i--) text.Append(pieces[random.Next(pieces.Length)]);
            try
            {
                PowerDnsGeo.Convert("c", text.ToString(), _ => null);
            }
            catch (InputException e)
            {
                Assert.Matches("^c:", e.Message);
            }
        });
        Assert.Contains("deep", Assert.Throws<InputException>(() => YamlValue.Read("c", new string('[', 100_000))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_Lua_makes_it_fail()
    {
        string[] pieces = [";", "if ", "then ", "else ", "elseif ", "end ", "return ", "or ", "country(", "pickrandom(", "ifportup(443,", "view(", ")", "{", "}", "'192.0.2.1'", "'US'", ",", "1", "[", "]", "=", "a", " ", "'", "\\"];
        Fuzz.Rounds(random =>
        {
            var text = new StringBuilder();
            for (int i = random.Next(14); i > 0; i--) text.Append(pieces[random.Next(pieces.Length)]);
            string? problem;
            Choice? choice = LuaReader.TryRead(text.ToString(), out problem) is { } node ? new LuaChoice("A", "www").Of(node, out problem) : null;
            Assert.True(choice is null != problem is null, text.ToString());
        });
        Assert.Null(LuaReader.TryRead(new string('(', 100_000), out _));
        Assert.Null(LuaReader.TryRead(";" + string.Concat(Enumerable.Repeat("if a then ", 100_000)), out _));
    }

    private async Task ImportYamlAsync(string more) => Assert.True(await _run.ImportAsync(_run.Write("geo.yaml", Domain + "\n" + more + "\n")) == 0, string.Join('\n', _run.Errors) + _run.Out);

    private async Task ImportZoneAsync(string records) => Assert.True(
        await _run.ImportAsync(_run.Write("example.org.zone", $"@ 3600 IN SOA ns1 hostmaster 1 7200 1800 259200 900\n@ 3600 IN NS ns1\nns1 3600 IN A 192.0.2.53\n{records}\n")) == 0, string.Join('\n', _run.Errors) + _run.Out);
}
