using System.CommandLine;
using System.Globalization;
using GslbServer.Dns;

namespace GslbServer;

/// <summary><c>gslb zone rollback</c>, <c>promote</c> and <c>unpush</c>: another version of a pushed zone, on all nodes.</summary>
internal sealed class ZoneChangeCommand : CliCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), Limit = TimeSpan.FromSeconds(60);

    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string> _zone = new("ZONE") { Description = "The zone" };
    private readonly Option<int?> _to = new("--to") { HelpName = "VERSION", Description = "This version [default: the one before; while a canary tries one, what the others serve]" };
    private readonly Option<string?> _message = new("--message", "-m") { HelpName = "TEXT", Description = "Why" };
    private readonly Option<bool> _wait = new("--wait") { Description = "Stay until every node serves it, or has refused it" };

    private readonly Option<bool> _json = new("--json") { Description = "What came of it, as JSON" };

    private ZoneChangeCommand(CliHost host, string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        _host = host;
        Arguments.Add(_zone);
        if (name == "rollback")
        {
            Options.Add(_to);
            Options.Add(_message);
        }

        Options.Add(_wait);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    public static ZoneChangeCommand Rollback(CliHost host) => new(host, "rollback", "Serve an earlier version of a pushed zone again", "gslb zone rollback gslb.example", "gslb zone rollback gslb.example --to 3 --wait");

    public static ZoneChangeCommand Promote(CliHost host) => new(host, "promote", "Give all nodes the version that a canary tries", "gslb zone promote gslb.example --wait");

    public static ZoneChangeCommand Unpush(CliHost host) => new(host, "unpush", "Let the zone file of this name count again, on every node", "gslb zone unpush gslb.example");

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        DomainName zone = ZoneApi.Parse(line.GetRequiredValue(_zone)).Zone;
        using AdminClient node = _server.Connect(line);
        string path = ZoneApi.PathOf(zone);
        AdminAnswer answer = Name switch
        {
            "rollback" => await node.PostAsync(path + "/rollback", new ZoneRollbackRequest(line.GetValue(_to), line.GetValue(_message)), cancel),
            "promote" => await node.PostAsync(path + "/promote", new { }, cancel),
            _ => await node.DeleteAsync(path, cancel),
        };
        ZonePushResult result = answer.Read<ZonePushResult>();
        await ZonePushReport.WriteAsync(_host, result, result.Version is { } version ? $"version {version.ToString(CultureInfo.InvariantCulture)}" : "as in its file", line.GetValue(_json));
        return !line.GetValue(_wait) || (await ZoneWaiting.WaitAsync(_host, node, zone, Pause, Limit, cancel) && result.Unreached.Count == 0) ? 0 : 1;
    }
}
