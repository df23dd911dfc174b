using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Admin;

/// <summary>What a shell offers after TAB.</summary>
public sealed class CompletionTests(AdminNode node) : IClassFixture<AdminNode>
{
    [Theory]
    [InlineData("gslb drain eu-", "eu-west")]
    [InlineData("gslb drain eu-", "eu-west/198.51.100.10")]
    [InlineData("gslb drain www", "www.example.org.@eu-west")]
    [InlineData("gslb explain o", "one.example.org")]
    [InlineData("gslb drill start us", "us-east")]
    [InlineData("gslb doctor ex", "example.org")]
    [InlineData("gslb simulate --down eu", "eu-west")]
    public async Task Names_are_those_of_the_node(string typed, string offered)
    {
        string[] words = [];
        for (int attempt = 0; attempt < 20 && words.Length == 0; attempt++)    // TAB waits only so long for a node, and this machine may be busy
        {
            using var run = new CommandRun();
            run.Environment["GSLB_SERVER"] = node.Url.ToString();
            Assert.Equal(0, await run.RunAsync($"[suggest:{typed.Length}]", typed));
            words = run.Out.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        }

        Assert.Contains(offered, words);
    }

    [Fact]
    public async Task Without_a_node_nothing_is_offered_and_nothing_is_said()
    {
        using var run = new CommandRun();
        run.Environment["GSLB_SERVER"] = "http://127.0.0.1:1";
        Assert.Equal(0, await run.RunAsync("[suggest:14]", "gslb drain eu-"));
        Assert.Empty(run.Out.Trim());
        Assert.Empty(run.Errors);
    }
}
