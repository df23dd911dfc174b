using System.CommandLine;
using System.Globalization;

namespace GslbServer;

/// <summary><c>gslb zone versions</c>: what was pushed.</summary>
internal sealed class ZoneVersionsCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string?> _zone = new("ZONE") { Description = "Its versions [default: all zones, which version each has]", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    public ZoneVersionsCommand(CliHost host)
        : base("versions", "List zones and the versions that were pushed", "gslb zone versions", "gslb zone versions gslb.example")
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
        if (line.GetValue(_zone) is { } zone)
        {
            ZoneVersionView[] versions = (await node.GetAsync(ZoneApi.PathOf(ZoneApi.Parse(zone).Zone) + "/versions", cancel)).Read<ZoneVersionView[]>();
            Show(line, versions, ["VERSION", "STATE", "SERIAL", "WHEN", "AUTHOR", "MESSAGE"], v =>
                [Number(v.Version), v.State.Length == 0 ? "-" : v.State, Number(v.Serial), v.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), v.Author, v.Message ?? "-"]);
            return 0;
        }

        ZoneListEntry[] zones = (await node.GetAsync("/api/v1/zones", cancel)).Read<ZoneListEntry[]>();
        Show(line, zones, ["ZONE", "SERIAL", "SOURCE", "VERSION", "CANARY", "UPDATES", "PROBLEM"], z =>
            [z.Zone, Number(z.Serial), z.Source, Number(z.Version), z.Canary is { } canary ? $"{canary.Version} at {canary.Node}" : "-", Number(z.Updates), z.Problem ?? "-"]);
        return 0;
    }

    private void Show<T>(ParseResult line, IReadOnlyList<T> rows, string[] heads, Func<T, string[]> cells)
    {
        if (line.GetValue(_json))
        {
            _host.PrintJson(rows);
            return;
        }

        var table = new TextTable(heads);
        foreach (T row in rows) table.Add(cells(row));
        table.WriteTo(_host.Out, _host.Terminal, "");
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
