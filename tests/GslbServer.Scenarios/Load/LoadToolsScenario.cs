using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Load;

/// <summary>The load generator tells a server that answers from one that does not. What it measures is never asserted.</summary>
public sealed class LoadToolsScenario(LoadTools tools) : IClassFixture<LoadTools>
{
    [Theory]
    [InlineData("static", "0")]
    [InlineData("nxdomain", "3")]
    [InlineData("steered", "0")]
    [InlineData("ecs", "0")]
    [InlineData("ecs6", "0")]
    public async Task Every_query_of_a_mix_gets_the_answer_it_must_get(string mix, string rcode)
    {
        JsonNode run = await tools.LoadAsync(tools.Node.Port, "--mix", mix);
        Assert.True((long)run["answered"]! > 0, $"{run}");
        Assert.True((long)run["lost"]! == 0 && (long)run["wrong"]! == 0 && (long)run["stale"]! == 0, $"{run}");
        Assert.Equal(rcode, Assert.Single(run["rcodes"]!.AsObject()).Key);
        Assert.Equal(mix.StartsWith("ecs", StringComparison.Ordinal) ? (long)run["answered"]! : 0, (long)run["scoped"]!);
    }

    [Fact]
    public async Task Random_subnets_are_steered_to_every_region()
    {
        JsonNode run = await tools.LoadAsync(tools.Node.Port, "--mix", "ecs");
        Assert.Equal(["1", "2", "3"], run["regions"]!.AsObject().Select(region => region.Key));
    }

    [Fact]
    public async Task An_open_loop_sends_as_many_as_are_due_from_many_addresses()
    {
        JsonNode run = await tools.LoadAsync(tools.Node.Port, "--mix", "steered", "--rate", "2000", "--window", "4096", "--sources", "16", "--prefix", "127.0.0.0/8");
        Assert.InRange((long)run["sent"]! + (long)run["unsent"]!, 1, 800);
        Assert.True((long)run["lost"]! == 0 && (long)run["wrong"]! == 0, $"{run}");
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_a_wrong_answer_to_a_static_query()
    {
        JsonNode run = await tools.LoadAsync(tools.Node.Port, "--mix", "static", "--names", "100000");
        Assert.True((long)run["answered"]! > 0, $"{run}");
        Assert.Equal((long)run["answered"]!, (long)run["wrong"]!);
    }

    [Fact]
    public async Task An_echo_is_wrong_unless_an_echo_is_expected()
    {
        int port = FreePort.UdpAndTcp();
        await using RunningProgram echo = await tools.StartEchoAsync(port);
        JsonNode run = await tools.LoadAsync(port, "--mix", "static", "--warmup", "0.2", "--pids", $"{echo.Id}");
        Assert.True((long)run["answered"]! > 0, $"{run}");
        Assert.Equal((long)run["answered"]!, (long)run["wrong"]!);
        Assert.True((double)run["cpu_us"]! > 0, $"{run}");

        run = await tools.LoadAsync(port, "--mix", "static", "--echo");
        Assert.True((long)run["answered"]! > 0 && (long)run["wrong"]! == 0, $"{run}");
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_is_answered()
    {
        JsonNode run = await tools.LoadAsync(FreePort.UdpAndTcp(), "--mix", "static");
        Assert.Equal(0, (long)run["answered"]!);
        Assert.True((long)run["refused"]! > 0 && (long)run["lost"]! == (long)run["sent"]!, $"{run}");
    }

    [Fact]
    public async Task Every_section_of_the_load_tests_can_be_read_by_what_runs_it()
    {
        string[] sections = Directory.GetFiles(Path.Combine(LoadTools.Source, "sections"));
        Assert.NotEmpty(sections);
        foreach (string section in sections)
        {
            await LoadTools.RunAsync("test", "-x", section);
            string[] check = Path.GetExtension(section) == ".sh" ? ["bash", "-n", section] : ["python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", section];
            await LoadTools.RunAsync("env", check);
        }

        ToolResult listed = await LoadTools.RunAsync(Path.Combine(LoadTools.Source, "run.sh"), "--list");
        Assert.Equal(sections.Select(Path.GetFileName).Order(StringComparer.Ordinal), listed.Lines);
    }
}
