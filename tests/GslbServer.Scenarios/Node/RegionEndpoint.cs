using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A region's HTTP endpoint as a process of its own, so that it can be killed, stopped and started: answers every GET with 200.</summary>
public sealed class RegionEndpoint : IAsyncDisposable
{
    private const string Python = """
        import http.server, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.send_header('Content-Length', '3'); self.end_headers(); self.wfile.write(b'ok\n')
            def log_message(self, *_): pass
        print('listening', flush=True)
        http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
        """;

    private RegionEndpoint(string address, int port, RunningProgram process)
    {
        Address = address;
        Port = port;
        Process = process;
    }

    public string Address { get; }

    public int Port { get; }

    public RunningProgram Process { get; private set; }

    public static async Task<RegionEndpoint> StartAsync(string address, int port) => new(address, port, await StartProcessAsync(address, port));

    public void Kill() => Process.Send(Signal.Kill);

    /// <summary>Still accepts connections, and answers none, until <see cref="Continue"/>.</summary>
    public void Hang() => Process.Send(Signal.Stop);

    public void Continue() => Process.Send(Signal.Continue);

    public async Task RestartAsync()
    {
        await Process.DisposeAsync();
        Process = await StartProcessAsync(Address, Port);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static async Task<RunningProgram> StartProcessAsync(string address, int port)
    {
        RunningProgram process = RunningProgram.Start("python3", ["-c", Python, address, $"{port}"]);
        await process.WaitForLineAsync("listening");
        return process;
    }
}
