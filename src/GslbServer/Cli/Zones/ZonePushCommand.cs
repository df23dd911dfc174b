using System.CommandLine;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary><c>gslb zone push</c>: zones to all nodes.</summary>
internal sealed class ZonePushCommand : CliCommand
{
    /// <summary>Between looks at what nodes serve, and how long that is tried.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), Limit = TimeSpan.FromSeconds(60);

    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string[]> _paths = new("PATH") { Description = "Zone files NAME.zone, or folders of which every *.zone is pushed", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _canary = new("--canary") { HelpName = "NODE", Description = "Give it to this node alone; gslb zone promote gives it to all" };
    private readonly Option<string?> _message = new("--message", "-m") { HelpName = "TEXT", Description = "Why, for the list of versions and the audit trail" };
    private readonly Option<bool> _wait = new("--wait") { Description = "Stay until every node serves it, or has refused it" };
    private readonly Option<bool> _json = new("--json") { Description = "What came of each push as JSON; before it, with --canary and --dry-run, who would move" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Have it judged, and change nothing" };

    public ZonePushCommand(CliHost host)
        : base("push", "Push zones to all nodes, judged first",
            "gslb zone push zones/gslb.example.zone --message \"add ap-south\" --wait",
            "gslb zone push gslb.example.zone --canary ns2")
    {
        Notes =
        [
            "A pushed zone takes the place of the zone file of its name on every node, until gslb zone unpush. It is judged as gslb check does, with the other zones of the node; with any error nothing is pushed.",
            "With --canary and --dry-run it says how many clients would move once all nodes serve it, as gslb diff does and with what the node has measured.",
            "Every node judges it again; one that finds errors keeps what it serves and says so in gslb status and with --wait. Serials need no care: where one does not rise, the nodes raise it.",
        ];
        _host = host;
        Arguments.Add(_paths);
        foreach (Option option in (Option[])[_canary, _message, _wait, _dryRun, _json]) Options.Add(option);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        (string Path, DomainName Zone, string Text)[] zones = [.. ZonePaths.Files(line.GetRequiredValue(_paths)).Select(Read)];
        using AdminClient node = _server.Connect(line);
        var preview = new CanaryPreview(_host, node);
        foreach ((string path, DomainName zone, string text) in zones)
        {
            await SendAsync(node, path, zone, new ZonePushRequest(text, null, null, null, DryRun: true), cancel);
            if (line.GetValue(_dryRun) && !line.GetValue(_json)) await _host.Out.WriteLineAsync($"{zone} can be served");
            if (!line.GetValue(_dryRun) && line.GetValue(_canary) is null) continue;
            DiffReport? moves = await preview.OfAsync(zone, text, cancel);
            if (line.GetValue(_json)) _host.PrintJson(new ZonePreview(zone.ToString(), moves));
            else await TellAsync(zone, moves);
        }

        bool isGood = true;
        foreach ((string path, DomainName zone, string text) in line.GetValue(_dryRun) ? [] : zones)
        {
            ZonePushResult result = await SendAsync(node, path, zone, new ZonePushRequest(text, null, line.GetValue(_message), line.GetValue(_canary), DryRun: null), cancel);
            string what = result.Changed ? result.Canary is { } canary ? $"version {result.Version} for {canary} alone; then gslb zone promote {zone}" : $"version {result.Version}" : $"version {result.Version} already";
            await ZonePushReport.WriteAsync(_host, result, what, line.GetValue(_json));
            if (line.GetValue(_wait)) isGood &= await ZoneWaiting.WaitAsync(_host, node, zone, Pause, Limit, cancel) && result.Unreached.Count == 0;
        }

        return isGood ? 0 : 1;
    }

    private async Task TellAsync(DomainName zone, DiffReport? moves)
    {
        if (moves is null) return;
        NameDiff[] moving = [.. moves.Names.Where(name => name.Moved > 0)];
        await _host.Out.WriteLineAsync(moving.Length == 0 ? $"{zone} no client would move" : $"{zone} would move clients ({moves.Clients}):");
        foreach (NameDiff name in moving)
        {
            string where = string.Join(", ", name.Moves.Take(3).Select(move => $"{SimulationText.Percent(move.Share)} from {move.From} to {move.To}"));
            await _host.Out.WriteLineAsync($"  {name.Name} {SimulationText.Percent(name.Moved)}: {where}{(name.Moves.Count > 3 ? ", ..." : "")}");
        }
    }

    private (string Path, DomainName Zone, string Text) Read(string path)
    {
        if (ZoneLoader.ZoneOf(path, null, out string? error) is not { } zone) throw new CliException($"{path}: {error}");
        try
        {
            return (path, zone, File.ReadAllText(Path.GetFullPath(path, _host.WorkingDirectory), Encoding.Latin1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path}: {e.Message}");
        }
    }

    private static async Task<ZonePushResult> SendAsync(AdminClient node, string path, DomainName zone, ZonePushRequest request, CancellationToken cancel)
    {
        AdminAnswer answer = await node.PutAsync(ZoneApi.PathOf(zone), request, cancel);
        if (answer.Status != StatusCodes.Status422UnprocessableEntity) return answer.Read<ZonePushResult>();
        string name = StateFile.NameOf(zone) + ZoneLoader.Extension;
        throw new CliException([.. answer.Problems().Select(p => p.StartsWith(name + ":", StringComparison.Ordinal) ? path + p[name.Length..] : p)]);
    }
}

/// <summary>Who would move if this zone were served by all.</summary>
/// <param name="Moves">Null where nothing can be compared: the zone is new, or nothing in it is steered.</param>
internal sealed record ZonePreview(string Zone, DiffReport? Moves);
