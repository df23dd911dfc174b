using GslbServer.Tests.Admin;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Drills;

/// <summary>What is refused, in whose words.</summary>
public sealed class DrillCommandTests(AdminNode node) : IClassFixture<AdminNode>, IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("eu-wset", "10m", "region \"eu-wset\" is not defined")]
    [InlineData("eu-west", "10m", "region: no check probes eu-west, so nothing would notice that it fails")]
    [InlineData("eu-west", "soon", "for: \"soon\"; expected a time such as 10m, from 10s to 1d")]
    [InlineData("eu-west", "1s", "for: \"1s\"; expected a time such as 10m, from 10s to 1d")]
    [InlineData("eu-west/198.51.100.10", "10m", "region: eu-west/198.51.100.10; a drill is of a whole region")]
    public async Task A_drill_that_cannot_be_says_why(string region, string length, string why)
    {
        Assert.Equal(1, await _run.RunAsync("drill", "start", region, "--for", length, "--server", node.Url.ToString()));
        Assert.Contains(_run.Errors, error => error.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_owner_that_would_move_the_cursor_of_whoever_reads_it_is_refused()
    {
        Assert.Equal(1, await _run.RunAsync("drill", "start", "eu-west", "--for", "10m", "--owner", "eve\u001b[31m", "--server", node.Url.ToString()));
        Assert.Contains("gslb: owner: expected a name on one line", _run.Errors);
    }

    [Fact]
    public async Task Without_a_drill_there_is_nothing_to_stop_list_or_report()
    {
        Assert.Equal(1, await _run.RunAsync("drill", "stop", "--server", node.Url.ToString()));
        Assert.Equal(1, await _run.RunAsync("drill", "stop", "eu-west", "--server", node.Url.ToString()));
        Assert.Equal(1, await _run.RunAsync("drill", "report", "--server", node.Url.ToString()));
        Assert.Equal(1, await _run.RunAsync("drill", "report", "eu-west", "--server", node.Url.ToString()));
        Assert.Equal(["gslb: no drill is under way", "gslb: eu-west is in no drill.", "gslb: no drill is known here", "gslb: There is no drill eu-west."], _run.Errors);
        Assert.Equal(0, await _run.RunAsync("drill", "list", "--server", node.Url.ToString()));
        Assert.Contains("no drill is known here", _run.Out);
    }
}
