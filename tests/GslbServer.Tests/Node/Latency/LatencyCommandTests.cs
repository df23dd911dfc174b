using System.Net;
using System.Text.Json.Nodes;
using GslbServer.Tests.Admin;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Latency;

/// <summary>Round trips in and out of a running node.</summary>
public sealed class LatencyCommandTests(AdminNode node) : IClassFixture<AdminNode>
{
    [Fact]
    public async Task Import_is_taken_over_whole_and_said_in_rows()
    {
        using CommandRun run = Run();
        run.WriteFile("good.csv", "client,region,ms\n192.0.2.0/24,us-east,20\n192.0.2.0/24,eu-west,90\n");
        Assert.True(await run.RunAsync("latency", "import", Path.Combine(run.Host.WorkingDirectory, "good.csv")) == 0, string.Join('\n', run.Errors));
        Assert.StartsWith("2 rows taken over, 2 in all; answers follow within ", run.Out, StringComparison.Ordinal);
        Assert.Equal(2, (int)(await node.GetAsync("/api/v1/latency")).Body!["map"]!["imported"]!);
        Assert.Contains((await node.GetAsync("/api/v1/status")).Body!["latency"]!.AsObject(), pair => pair.Key == "hash");
    }

    [Fact]
    public async Task Import_with_errors_says_all_of_them_with_file_line_and_column()
    {
        using CommandRun run = Run();
        run.WriteFile("bad.csv", "client,region,ms\n192.0.2.0/24,us-east,no\nnowhere,eu-west,5\n");
        Assert.Equal(1, await run.RunAsync("latency", "import", "bad.csv"));
        Assert.Equal(2, run.Errors.Length);
        Assert.StartsWith("gslb: bad.csv:2:22: \"no\" is no round trip", run.Errors[0], StringComparison.Ordinal);
        Assert.StartsWith("gslb: bad.csv:3:1: \"nowhere\" is no client", run.Errors[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_of_an_unknown_region_or_an_absent_file_is_refused()
    {
        using CommandRun run = Run();
        run.WriteFile("good.csv", "client,ms\n192.0.2.0/24,20\n");
        Assert.Equal(1, await run.RunAsync("latency", "import", "good.csv", "--region", "mars"));
        Assert.Equal(1, await run.RunAsync("latency", "import", "absent.csv"));
        Assert.Equal(2, run.Errors.Length);
        Assert.Contains("\"mars\" is no region; expected one of eu-west us-east", run.Errors[0], StringComparison.Ordinal);
        Assert.StartsWith("gslb: absent.csv: ", run.Errors[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/latency?count=0", "count 0: expected 1 to 1000")]
    [InlineData("/api/v1/latency?within=10", "within 10: expected a prefix or an address such as 198.51.100.0/24 or 2001:db8::/48")]
    [InlineData("/api/v1/latency?within=192.0.2.0/99", "within 192.0.2.0/99: expected a prefix or an address such as 198.51.100.0/24 or 2001:db8::/48")]
    public async Task Question_that_makes_no_sense_is_refused(string path, string detail)
    {
        (HttpStatusCode status, JsonNode? body) = await node.GetAsync(path);
        Assert.Equal((HttpStatusCode.BadRequest, detail), (status, (string?)body!["detail"]));
    }

    [Fact]
    public async Task Nothing_measured_is_said_so()
    {
        using CommandRun run = Run();
        Assert.Equal(0, await run.RunAsync("latency", "show", "203.0.113.0/24"));
        Assert.Equal(0, await run.RunAsync("latency", "export"));
        Assert.Equal(0, await run.RunAsync("latency", "export", "-"));
        Assert.Equal("nothing is measured in 203.0.113.0/24\nclient,region,ms,samples\nclient,region,ms,samples\n", run.Out);
        Assert.Contains("gslb_latency_samples_total{verdict=\"counted\"} 0", await node.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("latency-epoch", "0s", "--latency-epoch 0s: expected whole seconds from 1s to 1h, such as 5m")]
    [InlineData("latency-epoch", "1500ms", "--latency-epoch 1500ms: expected whole seconds from 1s to 1h, such as 5m")]
    [InlineData("latency-solicit", "maybe", "--latency-solicit maybe: expected yes or no")]
    [InlineData("latency-explore", "dns", "--latency-explore dns: expected off or answers")]
    [InlineData("latency-beacon", ".", "--latency-beacon .: expected a name below which beacons ask, such as b.gslb.example")]
    public void Option_with_a_bad_value_is_refused(string name, string value, string error)
    {
        using var run = new CommandRun();
        Assert.StartsWith(error, Assert.Single(run.Serve((name, value)).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_may_stand_in_a_section_of_their_own()
    {
        using var run = new CommandRun();
        run.WriteFile("gslb.json", """{ "latency": { "epoch": "10s", "includePrivate": "yes", "beacon": "B.example.org" } }""");
        run.Environment["GSLB__LATENCY__SOLICIT"] = "yes";
        run.Environment["GSLB__LATENCY__EXPLORE"] = "answers";
        (NodeOptions options, List<string> errors) = run.Serve();
        Assert.Empty(errors);
        Assert.Equal(new NodeLatencyOptions { Epoch = TimeSpan.FromSeconds(10), IncludePrivate = true, Solicit = true, Explore = true, Beacon = "b.example.org." }, options.Latency);
    }

    private CommandRun Run()
    {
        var run = new CommandRun();
        run.Environment["GSLB_SERVER"] = node.Url.ToString();
        return run;
    }
}
