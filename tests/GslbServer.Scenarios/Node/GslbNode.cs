using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A real <c>gslb serve</c> on ports of its own.</summary>
public sealed class GslbNode : IAsyncDisposable
{
    private readonly string[] _arguments;
    private readonly IReadOnlyDictionary<string, string>? _environment;
    private RunningProgram _process;

    private GslbNode(string name, int port, int adminPort, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        Name = name;
        Port = port;
        Admin = new Uri($"http://127.0.0.1:{adminPort}/");
        Http = new HttpClient { BaseAddress = Admin, Timeout = TimeSpan.FromSeconds(10) };
        (_arguments, _environment) = (arguments, environment);
        _process = RunningProgram.Start(BuiltProgram.Gslb, arguments, environment: environment);
    }

    public string Name { get; }

    /// <summary>UDP and TCP on 127.0.0.1.</summary>
    public int Port { get; }

    public Uri Admin { get; }

    public HttpClient Http { get; }

    public int ProcessId => _process.Id;

    public ProgramOutput Output => _process.Output;

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="environment">Variables added to those of the test run.</param>
    public static async Task<GslbNode> StartAsync(string zones, string stateDirectory, string name = "node-1", IEnumerable<string>? more = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        int port = FreePort.UdpAndTcp();
        int admin = FreePort.Tcp();
        var node = new GslbNode(name, port, admin,
            ["serve", "--listen", $"127.0.0.1:{port}", "--admin", $"127.0.0.1:{admin}", "--zones", zones, "--state", stateDirectory, "--node", name, "--threads", "1", .. more ?? []], environment);
        await node.WaitUntilReadyAsync();
        return node;
    }

    /// <summary>One that only probes: <see cref="Port"/> means nothing.</summary>
    public static async Task<GslbNode> StartWitnessAsync(string zones, string stateDirectory, string name, IEnumerable<string> more)
    {
        int admin = FreePort.Tcp();
        var node = new GslbNode(name, 0, admin, ["serve", "--probe-only", "--admin", $"127.0.0.1:{admin}", "--zones", zones, "--state", stateDirectory, "--node", name, .. more]);
        await node.WaitUntilReadyAsync();
        return node;
    }

    public async Task WaitUntilReadyAsync()
    {
        try
        {
            await Eventually.GetAsync(async () =>
            {
                using HttpResponseMessage ready = await Http.GetAsync("readyz");
                return ready.IsSuccessStatusCode || _process.HasExited;
            }, ready => ready);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{Name} is not ready: {e.Message}\n{Output}");
        }

        Assert.False(_process.HasExited, $"{Name} ended:\n{Output}");
    }

    public Task<DigReply> DigAsync(string question) => Dig.AskAsync(Port, question);

    public async Task<JsonNode> GetAsync(string path) => (await Http.GetFromJsonAsync<JsonNode>(path))!;

    /// <summary>Runs a command that talks to this node.</summary>
    public Task<ToolResult> CommandAsync(params string[] arguments) =>
        Tool.RunAsync(BuiltProgram.DotnetHost, [BuiltProgram.Gslb.Path, .. arguments, "--server", Admin.ToString()]);

    public void Send(Signal signal) => _process.Send(signal);

    public Task<int> WaitForExitAsync() => _process.WaitForExitAsync();

    /// <summary>The same node again, after its process ended.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = RunningProgram.Start(BuiltProgram.Gslb, _arguments, environment: _environment);
        await WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
    }
}
