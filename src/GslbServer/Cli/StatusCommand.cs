using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb status</c>: what a node knows of itself, of the others and of the endpoints.</summary>
internal sealed class StatusCommand : CliCommand
{
    /// <summary>Exit code: something is down, a node is silent, a store cannot be reached, or an override was forgotten.</summary>
    private const int Degraded = 2;

    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Option<bool> _json = new("--json") { Description = "Everything, as JSON" };

    public StatusCommand(CliHost host)
        : base("status", "Show regions, endpoints, who sees what, overrides, nodes, stores, hashes",
            "gslb status",
            "gslb status --json --server http://192.0.2.53:8053")
    {
        ExitCodes =
        [
            new(0, "healthy"),
            new(1, "no node can be reached, or an error, said on standard error"),
            new(Degraded, "degraded: something is down, not ready, files were refused at the last reload, a node is silent, a store cannot be reached, a zone or key cannot be used, an override without end is older than 4 h"),
        ];
        _host = host;
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.GetAsync("/api/v1/status", cancel);
        StatusReport status = answer.Read<StatusReport>();
        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(System.Text.Json.JsonSerializer.Serialize(status, AdminJson.Indented));
        }
        else
        {
            StatusText.Write(status, _host.Time.GetUtcNow(), _host.Out, _host.Terminal);
        }

        return status.Healthy ? 0 : Degraded;
    }
}
