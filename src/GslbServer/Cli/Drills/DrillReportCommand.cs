using System.CommandLine;
using System.Net;
using System.Text.Json;

namespace GslbServer;

/// <summary><c>gslb drill report</c>: what a drill did, on every node and at resolvers.</summary>
internal sealed class DrillReportCommand : CliCommand
{
    private const int DnsPort = 53;

    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string?> _drill = new("ID") { Description = "Of gslb drill list, or a region: its last one [default: the last of all]", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _resolvers = new("--resolver") { HelpName = "ADDR[:PORT]", Description = "Ask this resolver too what it answers now; repeatable", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _json = new("--json") { Description = "Everything, as JSON" };
    private readonly Option<string?> _svg = new("--svg") { HelpName = "FILE", Description = "Also write a timeline as SVG" };

    public DrillReportCommand(CliHost host)
        : base("report", "Show what a drill did: probes, verdicts, answers, TTLs, the way back",
            "gslb drill report",
            "gslb drill report eu-west --resolver 192.0.2.1 --resolver 192.0.2.2:5353",
            "gslb drill report 20261128T224400Z-eu-west --json --svg drill.svg")
    {
        Notes =
        [
            "Times are since the first node heard of the drill, each by its own monotonic clock. Also long after the drill: nodes keep the last 50, on disk too.",
            "A resolver is asked for A of each name, recursion desired; \"old\" is an address of the drilled region.",
        ];
        _host = host;
        Arguments.Add(_drill);
        Options.Add(_resolvers);
        Options.Add(_json);
        Options.Add(_svg);
        _server = new ServerFlags(host, this);
        NodeWords.Regions(_drill.CompletionSources, _server);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        IPEndPoint[] resolvers = [.. line.GetValue(_resolvers)!.Select(Resolver)];
        using AdminClient node = _server.Connect(line);
        DrillReport report = await FindAsync(node, line.GetValue(_drill), cancel);
        report = report with { Resolvers = [.. await ResolverView.AskAsync(resolvers, report, cancel)] };
        if (line.GetValue(_svg) is { } file)
        {
            await WriteAsync(Path.Combine(_host.WorkingDirectory, file), DrillSvg.Draw(report), cancel);
        }

        if (line.GetValue(_json))
        {
            await _host.Out.WriteLineAsync(JsonSerializer.Serialize(report, AdminJson.Indented));
        }
        else
        {
            DrillText.Write(report, _host.Out, _host.Terminal);
        }

        return 0;
    }

    private static async Task<DrillReport> FindAsync(AdminClient node, string? id, CancellationToken cancel)
    {
        if (id is not null)
        {
            return (await node.GetAsync($"/api/v1/drills/{Uri.EscapeDataString(id)}", cancel)).Read<DrillReport>();
        }

        return (await node.GetAsync("/api/v1/drills", cancel)).Read<DrillReport[]>().FirstOrDefault() ?? throw new CliException("no drill is known here");
    }

    private static IPEndPoint Resolver(string text)
    {
        if (!IPEndPoint.TryParse(text, out IPEndPoint? at))
        {
            throw new CliException($"--resolver {text}: expected ADDR or ADDR:PORT");
        }

        return at.Port == 0 ? new IPEndPoint(at.Address, DnsPort) : at;
    }

    private static async Task WriteAsync(string path, string text, CancellationToken cancel)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--svg {path}: {e.Message}");
        }
    }
}
