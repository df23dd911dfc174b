using GslbServer.Dns;

namespace GslbServer.Tests.Zones;

/// <summary>What stands in gdnsd's zone files and around them: default TTLs, names of files, directives.</summary>
public sealed class GdnsdZoneFileTests : IDisposable
{
    private const string Plugins = "service_types => { web => { plugin => tcp_connect, port => 80 } } plugins => { multifo => { m => { service_types => web, a => 192.0.2.1 } }, weighted => { w => { a => [a.example.net., 1] } } }";

    private readonly ImportRun _run = new("gdnsd");

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("options => { zones_default_ttl => 300 }", "", 300, 150)]
    [InlineData("options => { zones_default_ttl => 300 }", "$TTL 60\n", 60, 30)]
    [InlineData("options => { zones_default_ttl => 6 }", "", 6, 5)]
    [InlineData("options => { listen => 192.0.2.1 }", "", 86400, 43200)]
    [InlineData("", "", 86400, 43200)]
    public async Task The_default_TTL_holds_for_dynamic_records_too(string options, string directives, int ttl, int least)
    {
        await ImportAsync(options, "example.org", $"{directives}www DYNA multifo!m\nwww2 60/30 DYNA multifo!m\ncdn DYNC weighted!w\nplain A 192.0.2.7\n");
        Assert.Equal($"www {ttl} STEER multivalue m check=web all-down=all ttl-min={least}s", _run.Record("www", "STEER"));
        Assert.Equal("www2 60 STEER multivalue m check=web all-down=all ttl-min=30s", _run.Record("www2", "STEER"));
        Assert.StartsWith($"cdn {ttl} STEER", _run.Record("cdn", "STEER"), StringComparison.Ordinal);
        await _run.CheckedAsync("example.org");
    }

    /// <summary>A slash cannot stand in the name of a file: gdnsd writes @ for it, and ours is <c>_</c>, so the file says which zone it is.</summary>
    [Fact]
    public async Task A_zone_of_a_part_of_a_network_is_served_as_that()
    {
        string config = Write("", "0@26.2.0.192.in-addr.arpa", "1 PTR www.example.org.\nwww DYNA multifo!m\n");
        string folder = Path.GetDirectoryName(_run.Write("out/.keep", ""))!;
        Assert.True(await _run.ImportAsync(Path.GetDirectoryName(config)!, "--output", folder) == 0, string.Join('\n', _run.Errors));
        LoadedZones loaded = ZoneLoader.Load([folder]);
        Assert.Empty(loaded.Errors);
        Assert.Equal("0/26.2.0.192.in-addr.arpa.", Assert.Single(loaded.Files).Apex!.ToString());
        string file = Path.Combine(folder, "0_26.2.0.192.in-addr.arpa.zone");
        ZoneFile read = Assert.Single(ZoneLoader.Read([file], []));
        Assert.Contains(read.Records, record => record.Owner.ToString() == "1.0/26.2.0.192.in-addr.arpa.");
        Assert.All(read.Records, record => Assert.EndsWith("0/26.2.0.192.in-addr.arpa.", record.Owner.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Limits_of_addresses_are_told()
    {
        await ImportAsync("", "example.org", "$ADDR_LIMIT_V4 2 ; of four\nwww DYNA multifo!m\n$addr_limit_v6 2\n$UNHEARD of\na A 192.0.2.7\n");
        Assert.Contains("; not carried over: $ADDR_LIMIT_V4 2", _run.Lines);
        Assert.Contains(_run.Errors, note => note.EndsWith("/example.org:4:1: $ADDR_LIMIT_V4: is not carried over: an answer has all addresses of its targets that are up, at most 8, in turn; limit targets with answers= of STEER", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.Contains("/example.org:6:1: $ADDR_LIMIT_V6: is not carried over", StringComparison.Ordinal));
        Assert.Contains(_run.Errors, note => note.EndsWith("/example.org:7:1: $UNHEARD: is no directive of gdnsd or of a zone here, so it is not carried over", StringComparison.Ordinal));
        await _run.CheckedAsync("example.org");
    }

    private async Task ImportAsync(string options, string zone, string records) =>
        Assert.True(await _run.ImportAsync(Path.GetDirectoryName(Write(options, zone, records))!) == 0, string.Join('\n', _run.Errors) + _run.Out);

    private string Write(string options, string zone, string records)
    {
        _run.Write($"gdnsd/zones/{zone}", $"@ 900 SOA ns1.example.org. hostmaster.example.org. 1 7200 1800 259200 900\n@ 900 NS ns1.example.org.\nns1 900 A 192.0.2.53\n{records}");
        return _run.Write("gdnsd/config", $"{options}\n{Plugins}");
    }
}
