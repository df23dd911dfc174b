using System.CommandLine;
using System.Text.Json;

namespace GslbServer;

/// <summary><c>gslb drill start</c>.</summary>
internal sealed class DrillStartCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string> _region = new("REGION") { Description = "eu-west (that label in every zone), or eu-west.gslb.example. (one owner)" };
    private readonly Option<string> _for = new("--for") { HelpName = "10m", Description = "Ends by itself after this time, 10s to 24h", Required = true };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why, for whoever looks at it later [default: drill]" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "NAME", Description = "Who decided [default: the token's name, else the OS user]" };
    private readonly Option<bool> _force = new("--force") { Description = "Even if a name loses its last serving target, now or during the drill" };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    public DrillStartCommand(CliHost host)
        : base("start", "Let a region fail, for the nodes' probes alone", "gslb drill start eu-west --for 10m --reason \"game day\"")
    {
        Notes = ["Refused where a name would lose its last serving target, unless --force; and taken back at once, on all nodes, when it comes to that later."];
        _host = host;
        Arguments.Add(_region);
        foreach (Option option in new Option[] { _for, _reason, _owner, _force, _json })
        {
            Options.Add(option);
        }

        _server = new ServerFlags(host, this);
        NodeWords.Regions(_region.CompletionSources, _server);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var request = new DrillRequest
        {
            Region = line.GetRequiredValue(_region),
            For = line.GetRequiredValue(_for),
            Reason = line.GetValue(_reason),
            Owner = line.GetValue(_owner),
            Force = line.GetValue(_force),
        };
        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.PostAsync("/api/v1/drills", request, cancel);
        if (answer.Status == StatusCodes.Status409Conflict)
        {
            throw new CliException([.. answer.Problems(), .. answer.NamesAreAtStake ? ["--force does it all the same"] : (string[])[]]);
        }

        DrillReport started = answer.Read<DrillReport>();
        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(started, AdminJson.Indented));
            return 0;
        }

        await _host.Out.WriteLineAsync($"{started.Region}: probes count as failed from now on, until {started.EndsAt:u} (by {started.Owner}: {started.Reason})");
        await _host.Out.WriteLineAsync($"what it does: gslb drill report {started.Id}");
        DrillText.WriteWarnings(started, _host.Out, _host.Terminal);
        return 0;
    }
}
