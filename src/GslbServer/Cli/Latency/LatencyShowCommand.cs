using System.CommandLine;
using System.Text.Json;

namespace GslbServer;

/// <summary><c>gslb latency show</c>: what is measured in a network.</summary>
internal sealed class LatencyShowCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string> _prefix = new("PREFIX") { Description = "A network or an address; the /24 or /48 around an address counts" };
    private readonly Option<bool> _json = new("--json") { Description = "Everything, as JSON" };

    public LatencyShowCommand(CliHost host)
        : base("show", "Show what is measured in a network: every region, how sure, how old", "gslb latency show 198.51.100.0/24", "gslb latency show 203.0.113.7 --json")
    {
        Notes = ["What a client is answered by, guesses from wider prefixes, ASes and countries included: gslb explain NAME --client PREFIX."];
        _host = host;
        Arguments.Add(_prefix);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        string prefix = line.GetRequiredValue(_prefix);
        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.GetAsync($"/api/v1/latency?count=1000&within={Uri.EscapeDataString(prefix)}", cancel);
        LatencyView view = answer.Read<LatencyView>();
        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(view, AdminJson.Indented));
        }
        else if (view.Prefixes.Count == 0)
        {
            await _host.Out.WriteLineAsync($"nothing is measured in {prefix}");
        }
        else
        {
            LatencyText.WriteEach(view, _host.Out, _host.Terminal);
        }

        return 0;
    }
}
