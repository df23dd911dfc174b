using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb simulate</c>: which share of the clients each region gets, now or with regions gone.</summary>
internal sealed class SimulateCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly PlanFlags _plan;
    private readonly ServerFlags _server;
    private readonly Argument<string[]> _names = new("NAME") { Description = "Steered names [default: all]", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _zones = new("--zones") { HelpName = "DIR", Description = "Zones to plan with [default: as serve]" };
    private readonly Option<string[]> _down = new("--down") { HelpName = "TARGET", Description = "As if it had failed: a region, as `gslb drain` takes it; may be repeated" };
    private readonly Option<string[]> _drain = new("--drain") { HelpName = "TARGET", Description = "As if it were drained; may be repeated" };
    private readonly Option<double?> _rate = new("--rate") { HelpName = "RPS", Description = "Requests per second of all names together: tells each region's load, and warns where it exceeds the capacity in its REGION" };
    private readonly Option<bool> _countries = new("--by-country") { Description = "Of which countries each region's clients are" };
    private readonly Option<string?> _svg = new("--svg") { HelpName = "FILE", Description = "Draw who is answered by what, on a map of the world" };

    public SimulateCommand(CliHost host)
        : base("simulate", "Tell which share of clients and of load each region gets, with the code that answers queries",
            "gslb simulate",
            "gslb simulate www.gslb.example --down eu-west --rate 5000",
            "gslb simulate --server http://127.0.0.1:8053",
            "gslb simulate --zones zones --log queries.log --drain us-east --svg map.svg",
            "gslb simulate www.gslb.example --population clients.csv --json")
    {
        Notes =
        [
            "Every client is decided by the code that answers queries, with all that is up, but for --down and --drain. What only a running node knows is in it with --server: measured latency (else",
            "--latency FILE) and the prices of policy load. Names share --rate as their clients in the log or table do, else evenly.",
        ];
        _host = host;
        Arguments.Add(_names);
        foreach (Option option in (Option[])[_zones, _down, _drain, _rate, _countries, _svg]) Options.Add(option);
        _plan = new PlanFlags(host, this);
        _server = new ServerFlags(host, this, "Plan with what this node knows now: measured round trips, and prices of policy load [default: without]");
        NodeWords.Names(_names, _server);
        NodeWords.Regions(_down.CompletionSources, _server);
        NodeWords.Regions(_drain.CompletionSources, _server);
        Validators.Add(result =>
        {
            if (result.GetValue<string?>("--server") is not null && result.GetValue<string?>("--latency") is not null)
            {
                result.AddError("--server and --latency: one of them only");
            }
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        NodeKnowledge? knows = null;
        if (_server.IsGiven(line))
        {
            using AdminClient node = _server.Connect(line);
            knows = await NodeKnowledge.AskAsync(node, cancel);
        }

        return await Task.Run(() => Run(line, knows, cancel), cancel);
    }

    private int Run(ParseResult line, NodeKnowledge? knows, CancellationToken cancel)
    {
        if (line.GetValue(_rate) is { } rate && !(rate > 0 && double.IsFinite(rate))) throw new CliException($"--rate {rate.ToString(CultureInfo.InvariantCulture)}: expected a number above 0");
        Snapshot snapshot = _plan.Load(line, line.GetValue(_zones) ?? DefaultPaths.Zones(_host), knows);
        Topology topology = snapshot.Steering.Plan.Topology;
        IReadOnlyList<int> names = PlanFlags.Names(line.GetValue(_names) ?? [], topology);
        SteeringTable table = PlannedOverrides.Apply(snapshot.Steering, line.GetValue(_down) ?? [], line.GetValue(_drain) ?? []);
        List<string> warnings = knows is null || knows.Hashes.Geo == snapshot.Steering.Plan.Geo.Hash ? [] : [$"{knows.Server} places clients by another geo database than this plan; --geo FILE names the same"];
        Population population = _plan.Population(line, topology, warnings);

        using var progress = new PlanProgress(_host, (long)population.Groups.Length * names.Count);
        IReadOnlyList<NameShares> shares = Simulation.Run(table, population, names, _plan.WantsIPv6(line), progress.Add, byCell: line.GetValue(_svg) is not null, cancel);
        double seconds = progress.Seconds;
        progress.Dispose();
        SimulationReport report = Report(line, topology, population, shares, seconds, warnings) with { Node = knows?.Describe() };
        if (line.GetValue(_svg) is { } svg) Write(svg, ClientMap.Draw(topology, shares));
        if (_plan.IsJson(line)) _host.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Indented));
        else SimulationText.Write(report, line.GetValue(_countries), line.GetValue(_svg), _host.Out, _host.Terminal);
        return 0;
    }

    private SimulationReport Report(ParseResult line, Topology topology, Population population, IReadOnlyList<NameShares> shares, double seconds, List<string> warnings)
    {
        double? rate = line.GetValue(_rate);
        string type = _plan.WantsIPv6(line) ? "AAAA" : "A";
        bool isTold = population.Groups.Any(group => group.Name >= 0);
        double all = shares.Sum(one => one.Total);
        double ShareOf(NameShares name) => isTold ? (all > 0 ? name.Total / all : 0) : 1.0 / shares.Count;

        SimulatedName[] names = [.. shares.Select(name =>
        {
            double total = Math.Max(name.Total, double.Epsilon);
            SimulatedShare[] regions = [.. Enumerable.Range(0, topology.Regions.Length).Where(region => name.OfRegion(region) > 0 || IsTarget(topology, name.Name, region))
                .Select(region => new SimulatedShare(topology.Regions[region].Label, name.OfRegion(region) / total, CountryShare.First(name.CountriesOf(region))))];
            SteeredName steered = topology.Names[name.Name];
            return new SimulatedName(steered.Owner, type, steered.Policy.ToString().ToLowerInvariant(), ShareOf(name), regions, name.Static / total, name.Unanswered / total);
        })];
        SimulatedRegion[] ofAll = [.. topology.Regions.Select((region, index) =>
        {
            double share = shares.Sum(name => ShareOf(name) * name.OfRegion(index) / Math.Max(name.Total, double.Epsilon));
            return new SimulatedRegion(region.Label, share, share * rate, region.Capacity);
        })];
        warnings.AddRange(ofAll.Where(region => region.Load > region.Capacity)
            .Select(region => string.Create(CultureInfo.InvariantCulture, $"{region.Region} would get {region.Load:0} requests per second and can take {region.Capacity:0}")));
        warnings.AddRange(names.Where(name => name.Unanswered > 0).Select(name => string.Create(CultureInfo.InvariantCulture, $"{name.Name}: {name.Unanswered:0.0 %} of clients get no answer")));
        double[] full = [.. ofAll.Where(region => region.Capacity is not null && region.Share > 0).Select(region => region.Capacity!.Value / region.Share)];
        return new SimulationReport(population.Source, shares.Sum(name => name.Decisions), seconds, line.GetValue(_down) ?? [], line.GetValue(_drain) ?? [], rate, names, ofAll,
            full.Length > 0 ? full.Min() : null, warnings);
    }

    private static bool IsTarget(Topology topology, int name, int region) =>
        topology.Names[name].Targets.Any(target => target.IsName ? IsTarget(topology, target.Index, region) : target.Index == region);

    private static void Write(string file, string text)
    {
        try
        {
            File.WriteAllText(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--svg {file}: {e.Message}");
        }
    }
}
