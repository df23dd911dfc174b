using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A private redis-server without persistence.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private RunningProgram _process;

    private RedisServer(int port, RunningProgram process)
    {
        Port = port;
        _process = process;
    }

    public int Port { get; }

    /// <summary>For <c>--redis</c>.</summary>
    public string Configuration => $"127.0.0.1:{Port}";

    public static async Task<RedisServer> StartAsync()
    {
        int port = FreePort.Tcp();
        return new RedisServer(port, await StartProcessAsync(port));
    }

    public void Send(Signal signal) => _process.Send(signal);

    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = await StartProcessAsync(Port);
    }

    public Task<ToolResult> CommandAsync(params string[] words) => Tool.RunAsync("redis-cli", ["-p", $"{Port}", .. words]);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<RunningProgram> StartProcessAsync(int port)
    {
        RunningProgram process = RunningProgram.Start("redis-server",
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"]);
        await process.WaitForLineAsync("Ready to accept connections");
        return process;
    }
}
