using System.CommandLine;
using System.Text.Json;

namespace GslbServer;

/// <summary><c>gslb zone show</c>: the text of a zone as a node has it.</summary>
internal sealed class ZoneShowCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string> _zone = new("ZONE[@VERSION]") { Description = "As it is served, or one of its versions" };
    private readonly Option<bool> _json = new("--json") { Description = "All that the node knows of the zone, its RRsets among it" };

    public ZoneShowCommand(CliHost host)
        : base("show", "Print a zone as it was written: what a node serves, or a version", "gslb zone show gslb.example", "gslb zone show gslb.example@3 > gslb.example.zone")
    {
        _host = host;
        Arguments.Add(_zone);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        string reference = line.GetRequiredValue(_zone);
        if (line.GetValue(_json))
        {
            (Dns.DomainName zone, int? version) = ZoneApi.Parse(reference);
            AdminAnswer answer = await node.GetAsync(ZoneApi.PathOf(zone) + (version is { } number ? $"/versions/{number}" : ""), cancel);
            answer.Read<JsonElement>();
            await _host.Out.WriteLineAsync(answer.Body);
            return 0;
        }

        await _host.Out.WriteAsync(await ZoneApi.TextAsync(node, reference, cancel));
        return 0;
    }
}
