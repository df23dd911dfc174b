using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>The commands that a person uses at a terminal, at a real one.</summary>
public sealed class TerminalScenario
{
    private const string Leave = "\e[?25h\e[?1049l";

    [Fact]
    public async Task Top_obeys_keys_and_size_and_gives_the_screen_back_on_every_way_out()
    {
        using var folder = new TemporaryFolder();
        string zones = Path.GetDirectoryName(folder.Write("zones/example.org.zone", "$TTL 30\n@ SOA ns h 1 3600 600 86400 30\n NS ns\nns A 192.0.2.53\nhere REGION 1 2\n A 192.0.2.1\nwww STEER failover here\n"))!;
        await using GslbNode node = await GslbNode.StartAsync(zones, folder.File("state"));

        JsonNode[] quits = await TopAsync(node, "wait Regions", "key ?", "wait order by share", "key ?", "wait Regions", "key p", "wait paused", "size 10 40", "wait help", "key q", "end");
        Assert.StartsWith("\e[?1049h", Text(quits[0])[Text(quits[0]).IndexOf('\e')..].Replace("\e[?1h\e=", "", StringComparison.Ordinal));
        string small = Text(quits[8]);
        Assert.All(small[..small.IndexOf("\e[?2026l", StringComparison.Ordinal)].Split('\n'), line => Assert.True(Plain(line).Length <= 40, line));
        Left(quits[^1]);

        Left((await TopAsync(node, "wait Regions", "key \\x03", "end"))[^1]);     // Ctrl-C
        Left((await TopAsync(node, "wait Regions", "signal 15", "end"))[^1]);    // SIGTERM
    }

    [Fact]
    public async Task Bash_completes_commands_options_and_the_names_of_the_node()
    {
        using var folder = new TemporaryFolder();
        string zones = Path.GetDirectoryName(folder.Write("zones/example.org.zone", "$TTL 30\n@ SOA ns h 1 3600 600 86400 30\n NS ns\nns A 192.0.2.53\nhere REGION 1 2\n A 192.0.2.1\nwww STEER failover here\n"))!;
        await using GslbNode node = await GslbNode.StartAsync(zones, folder.File("state"));
        string script = $$"""
            gslb() { "{{BuiltProgram.DotnetHost}}" "{{BuiltProgram.Gslb.Path}}" "$@"; }
            source <(gslb completion bash)
            offer() { COMP_LINE=$1; COMP_POINT=${#1}; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); for try in {1..20}; do _gslb_complete gslb; [ ${#COMPREPLY[@]} -gt 0 ] && break; done; echo "$1: ${COMPREPLY[*]}"; }
            export GSLB_SERVER={{node.Admin}}
            offer 'gslb stat'; offer 'gslb drain he'; offer 'gslb drain www.example.org.@h'; offer 'gslb drain here --rea'
            """;
        ToolResult bash = await Tool.RunAsync("bash", "-c", script);
        Assert.Equal(["gslb stat: status", "gslb drain he: here here.example.org. here/192.0.2.1", "gslb drain www.example.org.@h: here", "gslb drain here --rea: --reason"], bash.Lines);
    }

    [Fact]
    public async Task Man_pages_are_clean()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, (await Tool.RunAsync(BuiltProgram.Gslb, "docs", "man", folder.Path)).ExitCode);
        ToolResult groff = await Tool.RunAsync("groff", ["-man", "-ww", "-Tutf8", "-z", .. Directory.EnumerateFiles(folder.Path, "*.1")]);
        Assert.Equal("", groff.Text);
    }

    private static void Left(JsonNode end)
    {
        Assert.Equal(0, (int)end["exit"]!);
        Assert.EndsWith(Leave, Text(end));
    }

    private static string Text(JsonNode step) => (string)step["text"]!;

    private static string Plain(string line) => System.Text.RegularExpressions.Regex.Replace(line, @"\e\[[0-9;?]*[A-Za-z]|\r", "");

    /// <summary>What <c>top.py</c> tells of each step; all of them came to pass.</summary>
    private static async Task<JsonNode[]> TopAsync(GslbNode node, params string[] steps)
    {
        string python = Path.Combine(BuiltProgram.RepositoryRoot, "tests/GslbServer.Scenarios/Node/Terminal/top.py");
        string script = $"printf '%s\\n' \"$@\" | python3 '{python}' '{BuiltProgram.DotnetHost}' '{BuiltProgram.Gslb.Path}' top --server {node.Admin}";
        await using RunningProgram terminal = RunningProgram.Start("bash", ["-c", script, "bash", .. steps]);
        await terminal.WaitForExitAsync(TimeSpan.FromMinutes(5));
        JsonNode[] results = [.. JsonNode.Parse(string.Join('\n', terminal.Output.Lines))!.AsArray().Select(one => one!)];
        Assert.All(results, one => Assert.True((bool)one["ok"]!, $"{one["step"]}: {one["text"]}"));
        return results;
    }
}
