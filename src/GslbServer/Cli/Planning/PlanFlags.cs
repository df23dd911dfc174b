using System.CommandLine;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>What both planning commands are told: whose clients, of which names, by which geodata.</summary>
internal sealed class PlanFlags
{
    private readonly CliHost _host;

    private readonly Option<string[]> _geo = new("--geo") { HelpName = "FILE", Description = "MaxMind DB file; may be repeated [default: as serve]" };

    private readonly Option<string?> _latency = new("--latency") { HelpName = "FILE", Description = "Round trips as `gslb latency import` takes them" };

    private readonly Option<string?> _log = new("--log") { HelpName = "FILE", Description = "Clients of a query log (- for standard input): BIND's, JSON lines with client or subnet and name, or lines of ADDRESS[/LENGTH] [NAME]" };

    private readonly Option<string?> _population = new("--population") { HelpName = "FILE", Description = "Clients of a CSV with the columns network or country, weight, and maybe name [default: internet users by country]" };

    private readonly Option<string> _type = new("--type") { HelpName = "A|AAAA", Description = "Which addresses are asked for", DefaultValueFactory = _ => "A" };

    private readonly Option<bool> _json = new("--json") { Description = "The whole report as JSON" };

    public PlanFlags(CliHost host, Command command)
    {
        _host = host;
        _type.AcceptOnlyFromAmong("A", "AAAA");
        foreach (Option option in (Option[])[_geo, _latency, _log, _population, _type, _json])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_log) is not null && result.GetValue(_population) is not null)
            {
                result.AddError("--log and --population: one of them only");
            }
        });
    }

    public bool HasLatency(ParseResult line) => line.GetValue(_latency) is not null;

    public bool IsJson(ParseResult line) => line.GetValue(_json);

    public bool WantsIPv6(ParseResult line) => line.GetValue(_type) == "AAAA";

    /// <exception cref="CliException">Zones or geodata are bad: all errors.</exception>
    /// <param name="knows">What a running node has measured; null for none.</param>
    public Snapshot Load(ParseResult line, string zones, NodeKnowledge? knows = null)
    {
        List<string> errors = [];
        return OfflineSnapshot.Load(zones, Geo(line), errors, line.GetValue(_latency), knows) ?? throw new CliException(errors);
    }

    public Population Population(ParseResult line, Topology topology, List<string> notes)
    {
        try
        {
            return PopulationSource.Read(line.GetValue(_log), line.GetValue(_population), GeoLoader.Load(Geo(line)), topology, notes);
        }
        catch (GeoDataException e)
        {
            throw new CliException(e.Message);
        }
    }

    /// <summary>The steered names that were named, or all.</summary>
    /// <exception cref="CliException">One is not steered.</exception>
    public static IReadOnlyList<int> Names(IReadOnlyList<string> wanted, Topology topology)
    {
        string[] known = [.. topology.Names.Select(name => name.Owner)];
        if (known.Length == 0)
        {
            throw new CliException("these zones have no steered name");
        }

        string[] problems = [.. wanted.Where(name => IndexOf(name) < 0).Select(name => $"{name} is no steered name{Suggestion.For(name.TrimEnd('.') + ".", known)}")];
        return problems.Length > 0 ? throw new CliException(problems) : wanted.Count == 0 ? [.. Enumerable.Range(0, known.Length)] : [.. wanted.Select(IndexOf).Distinct()];

        int IndexOf(string name) => TypedName.TryParse(name, out DomainName? typed, out _) ? Array.IndexOf(known, typed.ToLower().ToString()) : -1;
    }

    private IReadOnlyList<string> Geo(ParseResult line) => line.GetValue(_geo) is { Length: > 0 } given ? given : DefaultPaths.Geo(_host);
}
