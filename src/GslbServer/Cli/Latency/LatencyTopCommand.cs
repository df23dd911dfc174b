using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace GslbServer;

/// <summary><c>gslb latency top</c>: the map in force, and the prefixes with the most samples.</summary>
internal sealed class LatencyTopCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Option<int> _count = new("--count", "-n") { HelpName = "N", Description = "How many prefixes, at most 1000", DefaultValueFactory = _ => 20 };
    private readonly Option<bool> _json = new("--json") { Description = "Everything, as JSON" };

    public LatencyTopCommand(CliHost host)
        : base("top", "Show the map in force and the prefixes with the most samples", "gslb latency top", "gslb latency top -n 100 --json")
    {
        _host = host;
        Options.Add(_count);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.GetAsync($"/api/v1/latency?count={line.GetValue(_count).ToString(CultureInfo.InvariantCulture)}", cancel);
        LatencyView view = answer.Read<LatencyView>();
        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(view, AdminJson.Indented));
        }
        else
        {
            LatencyText.Write(view, _host.Out, _host.Terminal);
        }

        return 0;
    }
}
