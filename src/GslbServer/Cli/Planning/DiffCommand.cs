using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb diff</c>: which clients move from where to where when other zones are loaded.</summary>
internal sealed class DiffCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly PlanFlags _plan;
    private readonly Argument<string> _old = new("OLD") { Description = "A folder of zones, or a zone file: what is served" };
    private readonly Argument<string> _new = new("NEW") { Description = "What is to be served" };
    private readonly Option<bool> _exitCode = new("--exit-code") { Description = "Exit with 1 when there are differences, as git does" };

    public DiffCommand(CliHost host)
        : base("diff", "Tell which clients move from where to where, before a reload",
            "gslb diff zones /tmp/new-zones",
            "gslb diff zones /tmp/new-zones --log queries.log",
            "gslb diff zones /tmp/new-zones --exit-code --json")
    {
        _host = host;
        ExitCodes = ExitCode.Verdict("done", "with --exit-code: some client moves, or a name comes, goes or changes its TTL");
        Arguments.Add(_old);
        Arguments.Add(_new);
        Options.Add(_exitCode);
        _plan = new PlanFlags(host, this);
        SetAction((line, cancel) => Task.Run(() => Run(line, cancel), cancel));
    }

    private int Run(ParseResult line, CancellationToken cancel)
    {
        SteeringTable before = _plan.Load(line, line.GetRequiredValue(_old)).Steering, after = _plan.Load(line, line.GetRequiredValue(_new)).Steering;
        List<string> notes = [];
        Population population = _plan.Population(line, before.Plan.Topology, notes);
        DiffReport report = ClientMoves.Between(_host, before, after, population, _plan.WantsIPv6(line), cancel);
        if (_plan.IsJson(line)) _host.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Indented));
        else Write(report, notes);
        return line.GetValue(_exitCode) && report.HasDifferences ? 1 : 0;
    }

    private void Write(DiffReport report, List<string> notes)
    {
        _host.Out.WriteLine($"Clients: {report.Clients}");
        foreach (string name in report.Added) _host.Out.WriteLine(_host.Terminal.Good($"+ {name}"));
        foreach (string name in report.Removed) _host.Out.WriteLine(_host.Terminal.Bad($"- {name}"));
        foreach (NameDiff name in report.Names.Where(name => name.Moved > 0 || name.OldTtl != name.NewTtl))
        {
            _host.Out.WriteLine();
            string ttl = name.OldTtl == name.NewTtl ? "" : string.Create(CultureInfo.InvariantCulture, $", TTL {name.OldTtl} becomes {name.NewTtl}");
            _host.Out.WriteLine($"{_host.Terminal.Strong(name.Name)} {name.Type}: {SimulationText.Percent(name.Moved)} of clients move{ttl}");
            var table = new TextTable("FROM", "TO", "CLIENTS", "OF WHICH");
            foreach (MoveShare move in name.Moves) table.Add(move.From, move.To, SimulationText.Percent(move.Share), SimulationText.CountriesOf(move.Countries));
            if (!table.IsEmpty) table.WriteTo(_host.Out, _host.Terminal);
        }

        if (!report.HasDifferences) _host.Out.WriteLine("No client moves.");
        foreach (string note in notes) _host.Out.WriteLine(_host.Terminal.Warning($"warning: {note}"));
        _host.Out.WriteLine(_host.Terminal.Faint(string.Create(CultureInfo.InvariantCulture, $"{report.Decisions:N0} groups of clients decided twice in {report.Seconds:0.00} s")));
    }
}
