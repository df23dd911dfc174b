using System.Text.Json.Nodes;

namespace GslbServer.Tests.Cli;

public sealed class KeysCommandTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Create_signs_a_zone_and_prints_its_DS()
    {
        Assert.Equal(0, await _run.RunAsync("keys", "create", "Example.ORG", "--denial", "nsec3"));
        Assert.Contains("example.org. is signed from now on. From 2026-11-22 13:00:00Z on", _run.Out);
        Assert.Contains("example.org. IN DS ", _run.Out);
        Assert.Equal(0, await _run.RunAsync("keys", "list", "--json"));
        JsonArray zones = JsonNode.Parse(_run.Out[_run.Out.IndexOf('[', StringComparison.Ordinal)..])!.AsArray();
        JsonNode zone = Assert.Single(zones)!;
        Assert.Equal("nsec3", (string)zone["denial"]!);
        Assert.Equal(["ksk", "zsk"], zone["keys"]!.AsArray().Select(k => (string)k!["role"]!));
        Assert.All(zone["keys"]!.AsArray(), k => Assert.Equal("active", (string)k!["state"]!));
    }

    [Fact]
    public async Task Keys_are_where_serve_looks_for_them()
    {
        _run.Environment["GSLB__STATE"] = "elsewhere";
        Assert.Equal(0, await _run.RunAsync("keys", "create", "example.org", "--csk"));
        Assert.Equal(0, await _run.RunAsync("keys", "list", "example.org", "--keys", "elsewhere/keys"));
        Assert.Contains("csk", _run.Out);
    }

    [Theory]
    [InlineData("keys create example.org", "example.org. has keys already in")]
    [InlineData("keys roll example.org --ksk --ds-seen", "no roll of its key-signing key is under way")]
    [InlineData("keys roll example.org --zsk --ds-seen", "--ds-seen and --parent belong to --ksk")]
    [InlineData("keys roll example.org", "expected one of --zsk and --ksk")]
    [InlineData("keys roll example.net --zsk", "example.net. has no keys in")]
    [InlineData("keys ds .", "expected a zone below the root")]
    [InlineData("keys unsign example.org --ds-gone", "begin with gslb keys unsign example.org.")]
    [InlineData("keys sign-bundle example.org --for 2y", "--for 2y: expected a time from 1h to 366d")]
    [InlineData("keys create example.com --zsk-lifetime 1h", "expected off, or a time of at least 1d3h")]
    [InlineData("keys create example.com --bits 100", "--bits 100: expected a multiple of 8 from 1024 to 4096")]
    public async Task Rejects_what_cannot_be_done(string line, string expected)
    {
        await _run.RunAsync("keys", "create", "example.org");
        Assert.Equal(1, await _run.RunAsync(line.Split(' ')));
        Assert.Contains(_run.Errors, e => e.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Roll_of_the_ZSK_is_one_step()
    {
        await _run.RunAsync("keys", "create", "example.org");
        Assert.Equal(0, await _run.RunAsync("keys", "roll", "example.org", "--zsk"));
        Assert.Contains("is published now, signs from 2026-11-21 14:00:00Z", _run.Out);
        Assert.Equal(1, await _run.RunAsync("keys", "roll", "example.org", "--zsk"));
    }

    [Fact]
    public async Task Roll_of_the_KSK_waits_for_caches_then_for_the_parent()
    {
        await _run.RunAsync("keys", "create", "example.org");
        Assert.Equal(0, await _run.RunAsync("keys", "roll", "example.org", "--ksk"));
        Assert.Contains("From 2026-11-21 14:00:00Z on, when CDS and CDNSKEY ask for it, the parent is to have this DS", _run.Out);
        Assert.Equal(1, await _run.RunAsync("keys", "roll", "example.org", "--ksk", "--ds-seen"));
        Assert.Contains(_run.Errors, e => e.Contains("not before 2026-11-21 14:00:00Z: until then caches may lack key", StringComparison.Ordinal));
        CliHost later = _run.Host with { Time = new FixedTime(CommandRun.Now.AddHours(3)) };
        Assert.Equal(0, await CommandLine.RunAsync(["keys", "roll", "example.org", "--ksk", "--ds-seen"], later));
        Assert.Contains("signs until 2026-11-22 16:00:00Z", _run.Out);
        Assert.Equal(0, await CommandLine.RunAsync(["keys", "ds", "example.org"], later));
    }

    [Fact]
    public async Task A_bundle_is_read_back()
    {
        await _run.RunAsync("keys", "create", "example.org");
        Assert.Equal(0, await _run.RunAsync("keys", "sign-bundle", "example.org", "--for", "90d"));
        Assert.Contains("sets of signatures by key", _run.Out);
        Assert.Contains("zone-signing key", _run.Out);
        Assert.Equal(0, await _run.RunAsync("keys", "list"));
        Assert.Equal(1, await _run.RunAsync("keys", "roll", "example.org", "--zsk"));
    }
}
