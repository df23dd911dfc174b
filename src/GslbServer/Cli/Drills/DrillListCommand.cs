using System.CommandLine;
using System.Text.Json;

namespace GslbServer;

/// <summary><c>gslb drill list</c>.</summary>
internal sealed class DrillListCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Option<bool> _json = new("--json") { Description = "Everything, as JSON" };

    public DrillListCommand(CliHost host)
        : base("list", "Show drills under way and of late", "gslb drill list")
    {
        _host = host;
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        DrillReport[] drills = (await node.GetAsync("/api/v1/drills", cancel)).Read<DrillReport[]>();
        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(drills, AdminJson.Indented));
            return 0;
        }

        var table = new TextTable("DRILL", "REGION", "STATE", "FROM", "UNTIL", "BY", "REASON");
        foreach (DrillReport drill in drills)
        {
            table.Add(drill.Id, drill.Region, drill.State, $"{drill.StartedAt:u}", $"{drill.EndedAt ?? drill.EndsAt:u}", drill.Owner, drill.Reason);
        }

        if (table.IsEmpty)
        {
            await _host.Out.WriteLineAsync("no drill is known here");
        }
        else
        {
            table.WriteTo(_host.Out, _host.Terminal, "");
        }

        return 0;
    }
}
