using System.CommandLine;

namespace GslbServer.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly CommandRun _run = new();

    public static TheoryData<string> Commands() => [.. Paths(CommandLine.Build(new CommandRunHost().Host), "")];

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_help_with_examples(string path)
    {
        Assert.Equal(0, await _run.RunAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]));
        Assert.Contains("Usage:", _run.Out);
        Assert.Contains("Examples:", _run.Out);
        Assert.Empty(_run.Errors);
    }

    /// <summary>What prints no data, or prints it in a form of its own that scripts read: zone files, CSV, file names, logs.</summary>
    private static readonly string[] WithoutJson = ["serve", "demo", "completion", "geo build", "latency export", "zone fmt", "zone export"];

    [Fact]
    public void Every_command_that_prints_data_prints_it_as_json_too()
    {
        string[] without = [.. Leaves(CommandLine.Build(new CommandRunHost().Host), "").Where(leaf => leaf.Command.Options.All(option => option.Name != "--json")).Select(leaf => leaf.Path)];
        Assert.Empty(without.Except(WithoutJson));
    }

    [Fact]
    public async Task Every_command_says_what_its_exit_codes_mean()
    {
        foreach ((string path, _) in Leaves(CommandLine.Build(new CommandRunHost().Host), ""))
        {
            using var run = new CommandRun();
            Assert.Equal(0, await run.RunAsync([.. path.Split(' '), "--help"]));
            Assert.Contains("Exit codes:\n  0  ", run.Out.ReplaceLineEndings("\n"));
        }
    }

    private static IEnumerable<(string Path, System.CommandLine.Command Command)> Leaves(System.CommandLine.Command command, string path) => command.Subcommands.Where(below => !below.Hidden)
        .SelectMany(below => below.Subcommands.Count > 0 ? Leaves(below, $"{path}{below.Name} ") : [($"{path}{below.Name}", below)]);

    [Theory]
    [InlineData("explain www.gslb.example --client 192.0.2.1 --jsn", "--jsn", "--json")]
    [InlineData("check zones --orign gslb.example", "--orign", "--origin")]
    [InlineData("drill stop --jsno", "--jsno", "--json")]
    public async Task An_unknown_option_is_never_taken_for_an_argument(string typed, string unknown, string meant)
    {
        Assert.Equal(1, await _run.RunAsync(typed.Split(' ')));
        Assert.Equal($"gslb: Unrecognized command or argument '{unknown}'", _run.Errors[0]);
        Assert.Contains($"Did you mean '{meant}' for '{unknown}'?", _run.Errors);
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        Assert.Equal(0, await _run.RunAsync("--version"));
        Assert.Matches(@"^gslb \d+\.\d+\.\d+\s*$", _run.Out);
    }

    [Fact]
    public async Task A_bad_line_names_all_its_errors_and_how_to_get_help()
    {
        Assert.Equal(1, await _run.RunAsync("serve", "--listn", "--threads", "0", "--listen", "nonsense", "--listen-quic", "x"));
        Assert.Equal(
        [
            "gslb: Unrecognized command or argument '--listn'",
            "gslb: --listen-quic: DNS over QUIC is not available in this version",
            "gslb: --listen nonsense: expected ADDR:PORT such as 127.0.0.1:5300 or [::1]:5300",
            "gslb: --threads 0: expected a number from 1 to 1024",
            "Did you mean '--listen' for '--listn'?",
            "See 'gslb serve --help'.",
        ], _run.Errors);
    }

    [Theory]
    [InlineData("nosuch")]
    [InlineData("drain")]
    [InlineData("drain eu-west")]
    [InlineData("explain www.example.org")]
    [InlineData("completion csh")]
    [InlineData("geo")]
    [InlineData("geo build")]
    [InlineData("check")]
    [InlineData("serve --node a --node b")]
    [InlineData("serve extra")]
    [InlineData("status --server ftp://example.org")]
    public async Task Rejects_lines_that_cannot_run(string line)
    {
        Assert.Equal(1, await _run.RunAsync(line.Split(' ')));
        Assert.NotEmpty(_run.Errors);
        Assert.Empty(_run.Out);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _gslb_complete gslb")]
    [InlineData("zsh", "compdef _gslb gslb")]
    [InlineData("fish", "complete -c gslb")]
    public async Task Completion_prints_a_script_for_the_shell(string shell, string line)
    {
        Assert.Equal(0, await _run.RunAsync("completion", shell));
        Assert.Contains(line, _run.Out);
    }

    /// <summary>What the completion scripts ask.</summary>
    [Theory]
    [InlineData("gslb d", "demo diff doctor down drain drill admin audit node undrain")]
    [InlineData("gslb serve --li", "--listen --listen-https --listen-tls")]
    [InlineData("gslb latency ", "--help -h export import show top")]
    [InlineData("gslb completion ", "--help -h bash fish zsh")]
    public async Task Suggestions_complete_the_line(string typed, string expected)
    {
        Assert.Equal(0, await _run.RunAsync($"[suggest:{typed.Length}]", typed));
        Assert.Equal(expected.Split(' '), _run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Help_for_an_unknown_command_is_an_error()
    {
        Assert.Equal(1, await _run.RunAsync("servee", "--help"));
        Assert.Equal(["gslb: Unrecognized command or argument 'servee'", "Did you mean 'serve' for 'servee'?", "See 'gslb --help'."], _run.Errors);
        Assert.Empty(_run.Out);
    }

    [Fact]
    public async Task Drain_names_all_bad_values_at_once()
    {
        Assert.Equal(1, await _run.RunAsync("drain", "eu-west", "--reason", " ", "--for", "soon", "--at", "25:00", "--ramp", "x", "--percent", "0"));
        Assert.Equal(6, _run.Errors.Length);
        Assert.Equal("See 'gslb drain --help'.", _run.Errors[^1]);
    }

    [Theory]
    [InlineData("TARGET is empty", "drain", "", "--reason", "x")]
    [InlineData("TARGET is empty", "undrain", " ")]
    [InlineData("NAME is empty", "node", "forget", "")]
    [InlineData("REGION is empty", "drill", "stop", "")]
    [InlineData("--percent abc: expected a whole number", "drain", "eu-west", "--reason", "x", "--percent", "abc")]
    [InlineData("--limit 1.5: expected a whole number", "audit", "--limit", "1.5")]
    [InlineData("--to 99999999999999: expected a whole number up to 2147483647", "zone", "rollback", "example.org", "--to", "99999999999999")]
    [InlineData("--to x: expected a whole number", "zone", "rollback", "example.org", "--to", "x")]
    public async Task What_is_wrong_is_said_in_words_of_the_line(string error, params string[] line)
    {
        Assert.Equal(1, await _run.RunAsync(line));
        Assert.Equal("gslb: " + error, _run.Errors[0]);
    }

    [Fact]
    public async Task An_option_before_its_command_is_told_where_it_stands()
    {
        Assert.Equal(1, await _run.RunAsync("--json", "status"));
        Assert.Equal(["gslb: Unrecognized command or argument '--json'", "'--json' stands behind its command.", "See 'gslb status --help'."], _run.Errors);
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Paths(c, $"{path} {c.Name}".Trim())).Prepend(path);

    private sealed class CommandRunHost
    {
        public CliHost Host { get; } = new(TextWriter.Null, TextWriter.Null, new Dictionary<string, string>(), "/", "/", TimeProvider.System, false);
    }
}
