using System.Text.Json.Nodes;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Admin;

/// <summary>The commands that talk to a node, against a node.</summary>
public sealed class CommandsTests(AdminNode node) : IClassFixture<AdminNode>, IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Status_of_a_healthy_node_is_exit_code_0_and_tables()
    {
        Assert.Equal(0, await _run.RunAsync("status", "--server", node.Url.ToString()));
        Assert.Contains("node-1: healthy", _run.Out);
        Assert.Contains("www.example.org.  failover", _run.Out);
        Assert.DoesNotContain('\e', _run.Out);
    }

    [Fact]
    public async Task Status_as_json_is_what_the_API_says()
    {
        Assert.Equal(0, await _run.RunAsync("status", "--json", "--server", node.Url.Authority));
        Assert.Equal("node-1", (string)JsonNode.Parse(_run.Out)!["node"]!["name"]!);
    }

    [Fact]
    public async Task Top_without_a_terminal_is_one_frame()
    {
        using var run = new CommandRun(TimeProvider.System);
        Assert.Equal(0, await run.RunAsync("top", "--interval", "200ms", "--server", node.Url.ToString()));
        Assert.StartsWith("node-1: healthy, up ", run.Out);
        Assert.Contains("  eu-west  ", run.Out);
        Assert.DoesNotContain('\e', run.Out);

        using var json = new CommandRun(TimeProvider.System);
        Assert.Equal(0, await json.RunAsync("top", "--json", "--interval", "200ms", "--server", node.Url.ToString()));
        Assert.Equal(["udp", "tcp", "tls", "https"], JsonNode.Parse(json.Out)!["transports"]!.AsArray().Select(one => (string)one!["name"]!));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0s")]
    [InlineData("2h")]
    public async Task Top_says_what_an_interval_is(string interval)
    {
        Assert.Equal(1, await _run.RunAsync("top", "--interval", interval, "--server", node.Url.ToString()));
        Assert.Equal($"gslb: --interval {interval}: expected a time from 200ms to 1h, such as 2s", _run.Errors[0]);
    }

    [Fact]
    public async Task Nobody_there_is_exit_code_1()
    {
        Assert.Equal(1, await _run.RunAsync("status", "--server", "http://127.0.0.1:1"));
        Assert.StartsWith("gslb: cannot reach a node at http://127.0.0.1:1/", Assert.Single(_run.Errors));
    }

    [Fact]
    public async Task Explain_in_words_and_as_json()
    {
        Assert.Equal(0, await _run.RunAsync("explain", "www.example.org", "--client", "192.0.2.1", "--server", node.Url.ToString()));
        Assert.Contains("answer     198.51.100.10", _run.Out);

        using var json = new CommandRun();
        Assert.Equal(0, await json.RunAsync("explain", "www.example.org", "aaaa", "--client", "192.0.2.0/24", "--json", "--server", node.Url.ToString()));
        Assert.Equal("AAAA", (string)JsonNode.Parse(json.Out)!["type"]!);
    }

    [Fact]
    public async Task Explain_says_what_is_wrong_once()
    {
        Assert.Equal(1, await _run.RunAsync("explain", "www.example.net", "--client", "192.0.2.1", "--server", node.Url.ToString()));
        Assert.StartsWith("gslb: www.example.net. is not a steered name", Assert.Single(_run.Errors));
    }

    [Fact]
    public async Task Explain_works_offline_from_files()
    {
        Assert.Equal(0, await _run.RunAsync("explain", "www.example.org", "--client", "192.0.2.1", "--zones", node.ZoneFile));
        Assert.Contains("answer     198.51.100.10", _run.Out);
    }

    [Fact]
    public async Task A_node_that_is_unknown_or_alive_cannot_be_forgotten()
    {
        _run.Environment["GSLB_SERVER"] = node.Url.ToString();
        Assert.Equal(1, await _run.RunAsync("node", "forget", "ns9"));
        Assert.Equal("gslb: No node of the name \"ns9\" has been heard of within a day (no other node has).", Assert.Single(_run.Errors));

        using var self = new CommandRun();
        self.Environment["GSLB_SERVER"] = node.Url.ToString();
        Assert.Equal(1, await self.RunAsync("node", "forget", "node-1"));
        Assert.Equal("gslb: node-1 is this node itself, and alive. Stop it: a node that stops properly counts no more.", Assert.Single(self.Errors));
    }

    [Fact]
    public async Task Drain_and_undrain()
    {
        _run.Environment["GSLB_SERVER"] = node.Url.ToString();
        Assert.Equal(0, await _run.RunAsync("drain", "us-east", "--reason", "rack move", "--owner", "alice", "--at", "2100-01-01T00:00:00Z", "--for", "2h"));
        Assert.Contains("us-east: drain from 2100-01-01 00:00:00Z, until 2100-01-01 02:00:00Z (by alice: rack move)", _run.Out);
        Assert.Equal(0, await _run.RunAsync("undrain", "us-east"));
        Assert.Contains("us-east: override taken back", _run.Out);
        Assert.Equal(1, await _run.RunAsync("undrain", "us-east"));
        Assert.StartsWith("gslb: There is no override of us-east", Assert.Single(_run.Errors));
    }

    [Fact]
    public async Task A_refused_drain_says_how_to_force_it()
    {
        Assert.Equal(1, await _run.RunAsync("drain", "eu-west", "--reason", "x", "--server", node.Url.ToString()));
        Assert.Equal(["gslb: These names would lose their last serving target: one.example.org.", "gslb: --force does it all the same"], _run.Errors);
        Assert.Equal(0, await _run.RunAsync("drain", "eu-west", "--reason", "x", "--force", "--server", node.Url.ToString()));
        Assert.Contains("warning: one.example.org.", _run.Out);
        Assert.Equal(0, await _run.RunAsync("undrain", "eu-west", "--server", node.Url.ToString()));
    }

    [Fact]
    public async Task Check_prints_failover_times_of_good_zones()
    {
        Assert.Equal(0, await _run.RunAsync("check", Path.GetDirectoryName(node.ZoneFile)!));
        Assert.Contains("zone example.org. serial 7", _run.Out);
        Assert.Contains("www.example.org.", _run.Out);
        Assert.Contains("WORST CASE", _run.Out);
    }

    [Fact]
    public async Task Check_counts_what_nested_names_check()
    {
        string file = _run.WriteFile("example.org.zone", """
            $TTL 60
            @ SOA ns h 1 1 1 1 1
              NS ns
            ns A 192.0.2.53
            us REGION 39 -77
               A 192.0.2.1
            eu REGION 53 -6
               A 192.0.2.2
            web CHECK tcp port=80 timeout=500ms
            inner 20 STEER failover us eu check=web
            outer STEER failover inner eu
            plain STEER failover us eu

            """);
        Assert.Equal(0, await _run.RunAsync("check", file));
        string[] lines = [.. _run.Out.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Contains("outer.example.org. failover 5.5s 20s 25.5s -", lines);
        Assert.Contains("plain.example.org. failover - 1m - (no check) -", lines);
    }

    [Fact]
    public async Task Check_prints_every_error_with_its_position()
    {
        string file = _run.WriteFile("bad.zone", "@ SOA ns h 1 1 1 1 1\n  NS ns\nns A 192.0.2.53\nx A 300.1.1.1\ny STEER geo nowhere\n");
        Assert.Equal(1, await _run.RunAsync("check", file));
        Assert.Contains($"{file}:4:5: ", _run.Out);
        Assert.Contains($"{file}:5:", _run.Out);
    }

    [Fact]
    public async Task Check_takes_the_name_of_the_zone_from_origin()
    {
        string file = _run.WriteFile("zone.txt", "@ SOA ns h 1 1 1 1 1\n  NS ns\nns A 192.0.2.53\n");
        Assert.Equal(1, await _run.RunAsync("check", file));
        Assert.Equal(0, await _run.RunAsync("check", file, "--origin", "example.net"));
        Assert.Contains("zone example.net. serial 1", _run.Out);
    }

    [Fact]
    public async Task Geo_build_makes_a_database_or_says_where_the_CSV_is_wrong()
    {
        string csv = _run.WriteFile("offices.csv", "network,country,latitude,longitude\n192.0.2.0/24,US,39,-77\n");
        string output = Path.Combine(_run.Host.WorkingDirectory, "offices.mmdb");
        Assert.Equal(0, await _run.RunAsync("geo", "build", csv, "-o", output));
        Assert.True(File.Exists(output));
        string bad = _run.WriteFile("bad.csv", "network,country\n192.0.2.0/24,Utopia\n");
        Assert.Equal(1, await _run.RunAsync("geo", "build", bad, "-o", output));
        Assert.Contains($"{bad}:2:", _run.Out);
    }
}
