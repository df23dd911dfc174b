using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb drill stop</c>.</summary>
internal sealed class DrillStopCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string?> _region = new("REGION") { Description = "Of the drill [default: the one under way]", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    public DrillStopCommand(CliHost host)
        : base("stop", "End a drill before its time: the region returns as after a failure", "gslb drill stop", "gslb drill stop eu-west")
    {
        _host = host;
        Arguments.Add(_region);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        NodeWords.Regions(_region.CompletionSources, _server);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        string region = line.GetValue(_region) ?? await OnlyOneAsync(node, cancel);
        DrillReport stopped = (await node.DeleteAsync($"/api/v1/drills/{Uri.EscapeDataString(region)}", cancel)).Read<DrillReport>();
        if (line.GetValue(_json)) _host.PrintJson(stopped);
        else await _host.Out.WriteLineAsync($"{stopped.Region}: the drill is over; probes count as they are");
        return 0;
    }

    private static async Task<string> OnlyOneAsync(AdminClient node, CancellationToken cancel)
    {
        DrillReport[] running = [.. (await node.GetAsync("/api/v1/drills", cancel)).Read<DrillReport[]>().Where(drill => drill.State == "running")];
        return running.Length switch
        {
            1 => running[0].Region,
            0 => throw new CliException("no drill is under way"),
            _ => throw new CliException($"several drills are under way: say which ({string.Join(", ", running.Select(drill => drill.Region))})"),
        };
    }
}
