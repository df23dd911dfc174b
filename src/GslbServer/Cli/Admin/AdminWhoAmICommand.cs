using System.CommandLine;
using System.Text.Json;

namespace GslbServer;

/// <summary><c>gslb admin whoami</c>: as whom a node takes this command.</summary>
internal sealed class AdminWhoAmICommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    public AdminWhoAmICommand(CliHost host)
        : base("whoami", "As whom a node takes you, and what you may do", "gslb admin whoami --token-file my-token")
    {
        _host = host;
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.GetAsync("/api/v1/whoami", cancel);
        WhoAmI who = answer.Read<WhoAmI>();
        if (who.By == AdminCaller.Nothing && node.HasToken)
        {
            throw new CliException($"the token is not accepted: it is none of this node's, or is over; you are a stranger there, role {who.Role}");
        }

        await _host.Out.WriteLineAsync(line.GetValue(_json) ? JsonSerializer.Serialize(who, AdminJson.Indented)
            : $"{who.Name ?? "no name"}, role {who.Role}{(who.By == AdminCaller.Nothing ? "" : $", by {who.By}")}");
        return 0;
    }
}
