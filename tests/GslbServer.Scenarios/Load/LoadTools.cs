using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Load;

/// <summary>The tools of <c>tests/load</c>, built, and a node that serves the zone and the geo database that they expect.</summary>
public sealed class LoadTools : IAsyncLifetime
{
    public static readonly string Source = Path.Combine(BuiltProgram.RepositoryRoot, "tests", "load");

    private readonly TemporaryFolder _folder = new();

    public GslbNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await RunAsync("make", "--silent", "--directory", Path.Combine(Source, "tools"), "OUT=" + _folder.File("bin"));
        await RunAsync("env", "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=" + Source, "python3", "-m", "harness.geo", _folder.File("geo.csv"), "--networks", "20000");
        await RunAsync(BuiltProgram.DotnetHost, BuiltProgram.Gslb.Path, "geo", "build", _folder.File("geo.csv"), "-o", _folder.File("geo.mmdb"), "--type", "GeoLite2-City");
        _folder.Write("zones/example.org.zone", """
            $TTL 60
            @   SOA    ns1 hostmaster 1 7200 3600 86400 60
                NS     ns1
            ns1 A      192.0.2.53
            s0  STEER  geo na eu as
            na  REGION 38 -97
                A      192.0.2.1
            eu  REGION 50 9
                A      192.0.2.2
            as  REGION 20 100
                A      192.0.2.3
            $GENERATE 0-999 h${0,3} A 198.18.0.1

            """);
        Node = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state"), more: ["--geo", _folder.File("geo.mmdb")]);
    }

    public async Task DisposeAsync()
    {
        if (Node is not null) await Node.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Runs <c>udpload</c> for 0.3 s with few queries on their way, so that nothing is lost on a machine that is busy with other things.</summary>
    public async Task<JsonNode> LoadAsync(int port, params string[] options)
    {
        string[] all = ["--port", $"{port}", "--seconds", "0.3", "--warmup", "0.05", "--window", "32", .. options];
        ToolResult result = await Tool.RunAsync(_folder.File("bin/udpload"), all);
        Assert.True(result.ExitCode == 0, result.Text);
        return JsonNode.Parse(result.Text)!;
    }

    /// <summary>Starts an echo and waits until its port is bound.</summary>
    public async Task<RunningProgram> StartEchoAsync(int port)
    {
        RunningProgram echo = RunningProgram.Start(_folder.File("bin/udpecho"), ["--port", $"{port}"]);
        await Eventually.TrueAsync(() => File.ReadAllText("/proc/net/udp").Contains($":{port:X4} ", StringComparison.Ordinal) || echo.HasExited, () => $"the echo does not listen\n{echo.Output}");
        return echo;
    }

    public static async Task<ToolResult> RunAsync(string file, params string[] arguments)
    {
        ToolResult result = await Tool.RunAsync(file, arguments);
        Assert.True(result.ExitCode == 0, $"{file} {string.Join(' ', arguments)}: exit {result.ExitCode}\n{result.Text}");
        return result;
    }
}
