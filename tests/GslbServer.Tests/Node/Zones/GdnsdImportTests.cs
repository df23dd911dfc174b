namespace GslbServer.Tests.Zones;

/// <summary>gdnsd's resources and zones in the zone language.</summary>
public sealed class GdnsdImportTests : IDisposable
{
    private readonly ImportRun _run = new("gdnsd");

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_map_becomes_rules_and_fences()
    {
        await ImportAsync("""
            geoip => {
              maps => { prod => { geoip2_db => City.mmdb, datacenters => [us, eu, ap],
                map => { EU => { default => [eu, us, ap], DE => [eu, us] }, NA => { US => { CA => [ap, us, eu], default => [us, eu, ap] } }, AS => [ap, eu, us] },
                nets => { 10.0.0.0/8 => ap, ::c000:200/120 => [eu, us, ap] } } }
              resources => { www => { map => prod, dcmap => { us => 192.0.2.10, eu => { lb1 => 192.0.2.20, lb2 => 192.0.2.21 }, ap => [192.0.2.30, 192.0.2.31] } } }
            }
            """, "www 300 DYNA geoip!www ; the site\n    MX 10 mail");
        string steer = _run.Record("www", "STEER");
        Assert.StartsWith("www 300 STEER geo us eu ap all-down=all map=", steer);
        // Gdnsd's lists are complete: who is sent to two datacenters never gets the third.
        foreach (string rule in (string[])["map=*:us/eu/ap", "map=EU:eu/us/ap", "map=DE:eu/us", "only=DE:eu/us", "map=US-CA:ap/us/eu", "map=US:us/eu/ap", "map=AS:ap/eu/us",
            "map=10.0.0.0/8:ap", "only=10.0.0.0/8:ap", "map=192.0.2.0/24:eu/us/ap"])
            Assert.Contains(rule, steer.Split(' '));
        // Within no fence, a list of all needs none.
        Assert.DoesNotContain("only=EU", steer, StringComparison.Ordinal);
        Assert.DoesNotContain("only=*", steer, StringComparison.Ordinal);
        Assert.Contains("eu 60 A 192.0.2.21", _run.Lines);
        Assert.Contains(_run.Lines, line => line.EndsWith("MX 10 mail", StringComparison.Ordinal));
        Assert.Contains(_run.Lines, line => line.EndsWith(") ; the site", StringComparison.Ordinal));
        await _run.CheckedAsync("example.org");
    }

    [Fact]
    public async Task City_auto_mode_goes_by_distance()
    {
        await ImportAsync("""
            geoip => {
              maps => { near => { geoip2_db => City.mmdb, datacenters => [us, eu], auto_dc_coords => { us => [38.9, -77], eu => [50.1, 8.7] }, map => { SA => [us, eu], AF => { default => [eu, us], ZA => auto } } } }
              resources => { www => { map => near, dcmap => { us => 192.0.2.10, eu => 192.0.2.20 } } }
            }
            """, "www 300 DYNA geoip!www");
        string steer = _run.Record("www", "STEER");
        Assert.Contains("us 60 REGION 38.9 -77", _run.Lines);
        Assert.DoesNotContain("map=*", steer, StringComparison.Ordinal);
        Assert.Contains("map=SA:us/eu", steer, StringComparison.Ordinal);
        Assert.Contains("map=ZA:www-auto", steer, StringComparison.Ordinal);
        Assert.Contains("www-auto 300 STEER geo us eu all-down=all", _run.Lines);
        await _run.CheckedAsync("example.org");
    }

    [Fact]
    public async Task Datacenters_fail_over_and_refer_to_other_resources()
    {
        await ImportAsync("""
            metafo => { service_types => web, resources => { www => { datacenters => [a, b, c, last], dcmap => { a => [192.0.2.1, 192.0.2.2, 192.0.2.3], b => 192.0.2.4, c => %weighted!share, last => sorry.example.net. } } } }
            weighted => { share => { service_types => web, p => [192.0.2.60, 10], q => [192.0.2.61, 30] } }
            """, "www 300/60 DYNC metafo!www\nfirst 60 DYNA metafo!www/a");
        // Of three addresses two must be up, of one that one: b has a check of its own, and an alias none.
        Assert.Equal("www 300 STEER failover a b.www share last check=web-min2 all-down=all ttl-min=60s", _run.Record("www", "STEER"));
        Assert.Equal("b.www 300 STEER multivalue b check=web all-down=all ttl-min=60s", _run.Record("b.www", "STEER"));
        Assert.Equal("last 300 STEER failover last-cname ttl-min=60s", _run.Record("last", "STEER"));
        Assert.Equal("share 300 STEER weighted p=10 q=30 check=web spread=random all-down=all ttl-min=60s", _run.Record("share", "STEER"));
        Assert.Contains("last-cname 60 CNAME sorry.example.net.", _run.Lines);
        Assert.Contains("web-min2 60 CHECK http port=8080 \"path=/up;x\" host=www.example.org expect=200,301 every=8s timeout=4000ms fall=5 rise=20 min-up=2", _run.Lines);
        await _run.CheckedAsync("example.org");
    }

    [Fact]
    public async Task Weights_are_drawn_and_groups_answered_together()
    {
        await ImportAsync("""
            weighted => {
              cn => { one => [one.example.net., 1], two => [two.example.net., 3] }
              group => { x => { a => [192.0.2.1, 5], b => [192.0.2.2, 5] }, y => { c => [192.0.2.3, 10] } }
              all => { multi => true, a => [192.0.2.1, 7], b => [192.0.2.2, 7] }
              both => { addrs_v4 => { a => [192.0.2.1, 7], b => [192.0.2.2, 8] }, addrs_v6 => { a => [2001:db8::1, 7], b => [2001:db8::2, 9] } }
            }
            """, "cn 60 DYNC weighted!cn\ng 60 DYNA weighted!group\nall 60 DYNA weighted!all\nboth 60 DYNA weighted!both");
        Assert.Equal("cn 60 STEER weighted one=1 two=3 spread=random all-down=all", _run.Record("cn", "STEER"));
        Assert.Equal("g 60 STEER weighted x=10 y=10 spread=random all-down=all", _run.Record("g", "STEER"));
        Assert.Contains("x 60 A 192.0.2.2", _run.Lines);
        Assert.StartsWith("all 60 STEER multivalue a b all-down=all", _run.Record("all", "STEER"));
        Assert.StartsWith("both 60 STEER weighted a.both=7 b=8 b.both=9 spread=random", _run.Record("both", "STEER"));
        await _run.CheckedAsync("example.org");
    }

    [Fact]
    public async Task Simple_plugins_and_names_of_the_zone_file()
    {
        await ImportAsync("""
            simplefo => { service_types => [web, tls], fo => { primary => 192.0.2.1, secondary => 192.0.2.2 } }
            static => { s => 192.0.2.99, n => elsewhere.example.net. } null => {} reflect => {}
            """, """
            $ORIGIN sub
            fo 30 DYNA simplefo!fo
                  MX 10 mail.@Z
            s  30 DYNA static!s
            n  30 DYNC static!n
            z  30 DYNA null
            r  30 DYNA reflect!dns
            """);
        Assert.Equal("fo.sub 30 STEER failover primary secondary check=web,tls all-down=all ttl-min=15s", _run.Record("fo.sub", "STEER"));
        Assert.Contains("fo.sub.example.org. MX 10 mail.example.org.", _run.Lines);
        Assert.Contains("s.sub 30 A 192.0.2.99", _run.Lines);
        Assert.Contains("n.sub 30 CNAME elsewhere.example.net.", _run.Lines);
        Assert.Contains("z.sub 30 AAAA ::", _run.Lines);
        Assert.Contains("tls 60 CHECK tcp port=443 every=10s timeout=5000ms fall=10 rise=20", _run.Lines);
        Assert.Contains(_run.Errors, note => note.EndsWith("reflect!dns: an answer of the client's own address is not carried over; dig TXT _explain.NAME tells it, and what follows from it", StringComparison.Ordinal));
        await _run.CheckedAsync("example.org");
    }

    [Fact]
    public async Task Included_zone_files_and_long_texts_come_along()
    {
        _run.Write("gdnsd/zones/.inc", "a 60 DYNA multifo!m\nb TXT \"" + new string('x', 300) + "\"\nc A 192.0.2.7");
        await ImportAsync("multifo => { m => [192.0.2.1, 192.0.2.2] }", "$INCLUDE .inc sub\n  A 192.0.2.8\nd A 192.0.2.9");
        Assert.Contains("a.sub 60 STEER multivalue m all-down=all", _run.Lines);
        Assert.Contains(_run.Lines, line => line.StartsWith("b.sub TXT \"xxx", StringComparison.Ordinal) && line.Contains("x\" \"x", StringComparison.Ordinal));
        await _run.CheckedAsync("example.org");
    }

    [Theory]
    [InlineData("geoip => { resources => { www => { map => m, dcmap => { a => 192.0.2.1 } } } }", "geoip!www", "there is no map \"m\"")]
    [InlineData("metafo => { resources => { www => { datacenters => [a, b], dcmap => { a => 192.0.2.1 } } } }", "metafo!www", "the dcmap has no \"b\"")]
    [InlineData("metafo => { resources => { x => { datacenters => a, dcmap => { a => %metafo!y } }, y => { datacenters => a, dcmap => { a => %metafo!x } } } }", "metafo!x", "metafo!x leads back to itself: metafo!x -> metafo!y -> metafo!x")]
    [InlineData("multifo => { m => { a => nonsense. } }", "multifo!m", "\"nonsense.\" is no address")]
    [InlineData("multifo => { m => { service_types => nope, a => 192.0.2.1 } }", "multifo!m", "the service type \"nope\" is not defined")]
    [InlineData("multifo => { m => { up_thresh => 2, a => 192.0.2.1 } }", "multifo!m", "up_thresh: expected a number above 0, at most 1")]
    [InlineData("multifo => { m => { addrs_v4 => [2001:db8::1] } }", "multifo!m", "2001:db8::1 is no IPv4 address")]
    [InlineData("weighted => { m => { a => [192.0.2.1, 0] } }", "weighted!m", "expected [ ADDRESS, WEIGHT ], the weight from 1 to 1048575")]
    [InlineData("", "multifo!m", "the plugin multifo is not configured")]
    public async Task What_gdnsd_would_refuse_is_told(string plugins, string resource, string error)
    {
        Assert.Equal(1, await RunAsync(plugins, $"www 60 DYNA {resource}"));
        Assert.Matches("^gslb: .*/(config|example.org):[0-9]+:[0-9]+: " + System.Text.RegularExpressions.Regex.Escape(error), _run.Errors[0]);
    }

    [Fact]
    public async Task Notes_name_what_stays_behind()
    {
        await ImportAsync("""
            geoip => {
              maps => { m => { datacenters => [a, b], map => { OC => { AU => { Sydney => [b] } }, AN => [] } } }
              resources => { g => { map => m, service_types => ext, dcmap => { a => 192.0.2.1, b => 192.0.2.2 } }, unused => { map => m, dcmap => { a => 192.0.2.1, b => 192.0.2.2 } } }
            }
            """, "www 60 DYNA geoip!g");
        Assert.Contains(_run.Errors, note => note.EndsWith("map m, Sydney: a city is no PLACE; write its subdivision or networks: map=203.0.113.0/24:datacenter", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.Contains("map m, AN: an empty list", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.Contains("service type ext: extmon runs a command of its own; put a script ext that runs /usr/bin/check -H \"$GSLB_ADDRESS\" 'a b' into", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.EndsWith("geoip!unused: no name of a zone has it, so it is not carried over", StringComparison.Ordinal));
        Assert.Contains("ext 60 CHECK exec command=ext every=10s timeout=5000ms fall=10 rise=20", _run.Lines);
        Assert.Contains("note: a, b REGION: gdnsd does not say where they are; write latitude and longitude for 0 0, or import with --geo FILE", _run.Errors);
    }

    [Fact]
    public async Task Several_zones_go_to_a_folder_and_json_has_all()
    {
        _run.Write("gdnsd/zones/example.net", "@ SOA ns1 hostmaster 1 7200 1800 259200 900\n@ NS ns1\nns1 A 192.0.2.53\n");
        Assert.Equal(1, await RunAsync("", "www A 192.0.2.1"));
        Assert.StartsWith("gslb: 2 zones: example.net., example.org.: name a folder for them with --output FOLDER/", _run.Errors[0]);
        string folder = _run.Write("out/.keep", "");
        Assert.Equal(0, await _run.ImportAsync(Path.Combine(Path.GetDirectoryName(folder)!, "..", "gdnsd"), "--output", Path.GetDirectoryName(folder)!, "--json"));
        var json = System.Text.Json.Nodes.JsonNode.Parse(_run.Out)!;
        Assert.Equal("example.net.", (string?)json["zones"]![0]!["zone"]);
        Assert.True(File.Exists((string)json["zones"]![1]!["file"]!));
        Assert.Equal("admin_state", (string?)json["notes"]!.AsArray().Single(note => note!["line"] is null)!["subject"]);
    }

    /// <summary>Whatever stands in a configuration, it is carried over or refused with its place.</summary>
    [Fact]
    public void No_configuration_makes_it_fail()
    {
        string[] keys = ["a", "b", "datacenters", "dcmap", "map", "maps", "resources", "geoip", "multifo", "weighted", "metafo", "service_types", "up_thresh", "nets", "auto_dc_coords", "EU", "DE", "default", "multi", "addrs_v4", "plugin"];
        string[] values = ["a", "[a, b]", "192.0.2.1", "2001:db8::1", "[192.0.2.1, 5]", "%metafo!a", "!a", "x.example.", "auto", "true", "0.3", "[1, 2]", "{}", "[]", "web", "10.0.0.0/8"];
        string[] asked = ["geoip!a", "multifo!a", "weighted!a", "metafo!a", "metafo!a/b", "simplefo!a", "static!a"];
        Fuzz.Rounds(random =>
        {
            string text = $"service_types => {{ web => {{ plugin => tcp_connect, port => 80 }} }} plugins => {{ {random.GetItems(keys[7..11], 1)[0]} => {Hash(random, keys, values, 5)} }}";
            var draft = new ZoneDraft("example.org.", "gdnsd", _ => null);
            try
            {
                var files = new ImportFiles();
                string[] resource = asked[random.Next(asked.Length)].Split('!');
                var config = (VscfHash)VscfReader.Read("c", text, null);
                if (new GdnsdResources(config, "/nonexistent", files, draft).Find(resource[0], resource[1], config.At) is Steer steer) draft.Words(steer, "www", 60);
            }
            catch (InputException e)
            {
                Assert.Matches("^(c:[0-9]+:[0-9]+|/nonexistent/.*): ", e.Message);
            }
        });

        static string Hash(Random random, string[] keys, string[] values, int depth)
        {
            IEnumerable<string> names = random.GetItems(keys, random.Next(1, 4)).Distinct();
            return $"{{ {string.Join(", ", names.Select(name => $"{name} => {(depth > 0 && random.Next(3) > 0 ? Hash(random, keys, values, depth - 1) : values[random.Next(values.Length)])}"))} }}";
        }
    }

    [Fact]
    public void No_zone_file_makes_it_fail()
    {
        string[] pieces = ["a", "@", "@Z", "x.@F", "DYNA", "TXT", " ", "\n", "\t", "60", "60/30", "IN", "(", ")", ";", "\"", "\\", "$ORIGIN ", "$TTL ", "$INCLUDE ", ".", "multifo!m"];
        Fuzz.Rounds(random =>
        {
            string text = string.Concat(random.GetItems(pieces, random.Next(14)));
            try
            {
                new ZoneRewrite("example.org.", new ImportFiles(), record => record.Type == "DYNA" ? "b STEER x\n" : null, (word, _) => word == "@Z" ? "example.org." : null).Run("c", text);
            }
            catch (InputException e)
            {
                Assert.Matches("^c:[0-9]+:[0-9]+: ", e.Message);
            }
        });
    }

    /// <summary>Writes a configuration with service types <c>web</c>, <c>tls</c> and <c>ext</c>, and imports it.</summary>
    private async Task ImportAsync(string plugins, string records) => Assert.True(await RunAsync(plugins, records) == 0, string.Join('\n', _run.Errors) + _run.Out);

    private Task<int> RunAsync(string plugins, string records)
    {
        string config = _run.Write("gdnsd/config", $$"""
            options => { zones_default_ttl => 3600 }
            service_types => {
              web => { plugin => http_status, port => 8080, url_path => "/up;x", vhost => www.example.org, ok_codes => [200, 301], interval => 8, down_thresh => 5 }
              tls => { plugin => tcp_connect, port => 443 }
              ext => { plugin => extmon, cmd => ["/usr/bin/check", "-H", "%%ITEM%%", "a b"] }
            }
            plugins => { {{plugins}} }
            """);
        _run.Write("gdnsd/zones/example.org", $"@ SOA ns1 hostmaster 1 7200 1800 259200 900\n@ NS ns1\nns1 A 192.0.2.53\n{records}\n");
        return _run.ImportAsync(Path.GetDirectoryName(config)!);
    }
}
