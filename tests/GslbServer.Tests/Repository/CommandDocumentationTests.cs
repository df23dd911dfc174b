using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Repository;

/// <summary>What is written of the commands is made from the commands.</summary>
public sealed class CommandDocumentationTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task The_page_of_commands_is_what_the_commands_say()
    {
        string folder = _run.MakeFolder("docs");
        Assert.Equal(0, await _run.RunAsync("docs", "markdown", folder));
        Assert.True(File.ReadAllText(Path.Combine(folder, "commands.md")) == RepositoryFiles.Read("docs/commands.md"),
            "docs/commands.md is not what the commands say. Make it anew: dotnet run --project src/GslbServer -- docs markdown docs");
    }

    [Fact]
    public async Task Every_command_gets_a_man_page()
    {
        string folder = _run.MakeFolder("man");
        Assert.Equal(0, await _run.RunAsync("docs", "man", folder));
        string page = File.ReadAllText(Path.Combine(folder, "gslb-keys-create.1"));
        Assert.StartsWith(".TH GSLB\\-KEYS\\-CREATE 1 ", page);
        Assert.Contains(".B \\-\\-json\n", page);
        Assert.Contains(".SH EXIT STATUS\n.TP\n.B 0\n", page);
        Assert.True(File.Exists(Path.Combine(folder, "gslb.1")));
    }
}
