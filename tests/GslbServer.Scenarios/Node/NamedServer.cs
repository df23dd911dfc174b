using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Node;

/// <summary>A private BIND that is authoritative for one zone, as an independent judge.</summary>
public sealed class NamedServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly RunningProgram _process;

    private NamedServer(int port, TemporaryFolder folder, RunningProgram process)
    {
        Port = port;
        _folder = folder;
        _process = process;
    }

    public int Port { get; }

    /// <param name="options">More statements of <c>options</c>.</param>
    public static async Task<NamedServer> StartAsync(string zone, string text, string options = "")
    {
        int port = FreePort.UdpAndTcp();
        var folder = new TemporaryFolder();
        folder.Write("zone", text);
        string configuration = folder.Write("named.conf", $$"""
            options {
                directory "{{folder.Path}}";
                listen-on port {{port}} { 127.0.0.1; };
                listen-on-v6 { none; };
                pid-file none;
                session-keyfile "{{folder.Path}}/session.key";
                managed-keys-directory "{{folder.Path}}";
                recursion no;
                minimal-responses no-auth;
                notify no;
                {{options}}
            };
            controls { };
            zone "{{zone}}" { type primary; file "zone"; };
            """);
        RunningProgram process = RunningProgram.Start("named", ["-g", "-c", configuration, "-n", "1"], folder.Path);
        var server = new NamedServer(port, folder, process);
        await process.WaitForLineAsync("running");
        await Eventually.GetAsync(() => Dig.AskAsync(port, $"{zone} SOA"), r => r.Answer.Count == 1);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
