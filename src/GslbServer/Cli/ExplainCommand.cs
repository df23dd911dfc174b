using System.CommandLine;
using System.Net;
using System.Text.Json;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb explain</c>: why this client gets this answer, from a running node or offline from files.</summary>
internal sealed class ExplainCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;

    private readonly Argument<string> _name = new("NAME") { Description = "A steered name" };

    private readonly Argument<string> _type = new("TYPE") { Description = "A or AAAA", DefaultValueFactory = _ => "A", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string> _client = new("--client")
    {
        HelpName = "ADDR[/LEN]",
        Description = "Who asks: with a length a client subnet as resolvers send it, without one the resolver's own address",
        Required = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "The whole explanation as JSON" };

    private readonly Option<string?> _zones = new("--zones") { HelpName = "DIR", Description = "Offline: decide from these zones, with everything up" };

    private readonly Option<string[]> _geo = new("--geo") { HelpName = "FILE", Description = "Offline: MaxMind DB file; may be repeated", Arity = ArgumentArity.OneOrMore };

    private readonly Option<string?> _latency = new("--latency") { HelpName = "FILE", Description = "Offline: round trips as `gslb latency import` takes them" };

    public ExplainCommand(CliHost host)
        : base("explain", "Say why a client gets its answer: place, policy step by step, TTL, scope",
            "gslb explain www.gslb.example --client 198.51.100.0/24",
            "gslb explain www.gslb.example AAAA --client 192.0.2.77 --json",
            "gslb explain www.gslb.example --client 203.0.113.0/24 --zones zones --geo geodata/sample.mmdb")
    {
        _host = host;
        Arguments.Add(_name);
        Arguments.Add(_type);
        Options.Add(_client);
        Options.Add(_json);
        Options.Add(_zones);
        Options.Add(_geo);
        Options.Add(_latency);
        _server = new ServerFlags(host, this);
        NodeWords.Names(_name, _server);
        _type.CompletionSources.Add("A", "AAAA");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        bool isOffline = line.GetValue(_zones) is not null || line.GetValue(_geo) is { Length: > 0 } || line.GetValue(_latency) is not null;
        Explanation explanation = isOffline ? Offline(line) : await AskAsync(line, cancel);
        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(explanation, AdminJson.Indented));
        }
        else
        {
            ExplanationReport.Write(explanation, _host.Out, _host.Terminal);
        }

        return 0;
    }

    private async Task<Explanation> AskAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        string query = $"/api/v1/explain?name={Uri.EscapeDataString(line.GetRequiredValue(_name))}&type={Uri.EscapeDataString(line.GetRequiredValue(_type))}"
            + $"&client={Uri.EscapeDataString(line.GetRequiredValue(_client))}";
        AdminAnswer answer = await node.GetAsync(query, cancel);
        return answer.Read<Explanation>();
    }

    private Explanation Offline(ParseResult line)
    {
        var errors = new List<string>();
        string zones = line.GetValue(_zones) ?? DefaultPaths.Zones(_host);
        IReadOnlyList<string> geo = line.GetValue(_geo) is { Length: > 0 } given ? given : DefaultPaths.Geo(_host);
        if (OfflineSnapshot.Load(zones, geo, errors, line.GetValue(_latency)) is not { } snapshot)
        {
            throw new CliException(errors);
        }

        ExplainOutcome outcome = ExplainQuery.Run(snapshot, line.GetRequiredValue(_name), line.GetRequiredValue(_type), line.GetRequiredValue(_client), IPAddress.Loopback);
        return outcome.Explanation ?? throw new CliException(outcome.Problems);
    }
}
