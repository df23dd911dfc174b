using System.CommandLine;
using GslbServer.Dns;

namespace GslbServer;

/// <summary><c>gslb zone export</c>: a zone as other servers read it: one record a line, every name absolute, nothing left to includes and defaults.</summary>
internal sealed class ZoneExportCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Argument<string?> _zone = new("ZONE") { Description = "The zone [default: the only one]", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _zones = new("--zones") { HelpName = "DIR", Description = "Zones to take it from [default: as serve]" };
    private readonly Option<bool> _generic = new("--rfc3597") { Description = "REGION, CHECK and STEER as TYPE65301 \\# ..., which every server reads and carries along" };
    private readonly Option<bool> _static = new("--static") { Description = "Without REGION, CHECK and STEER: what a server answers that knows nothing of steering" };

    public ZoneExportCommand(CliHost host)
        : base("export", "Print a zone as other servers read it, one record a line, all names absolute",
            "gslb zone export gslb.example --rfc3597 > gslb.example.db",
            "gslb zone export --zones zones --static")
    {
        _host = host;
        Arguments.Add(_zone);
        foreach (Option option in (Option[])[_zones, _generic, _static]) Options.Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        List<ZoneDiagnostic> diagnostics = [];
        IReadOnlyList<ZoneFile> files = ZoneLoader.Read([line.GetValue(_zones) ?? DefaultPaths.Zones(_host)], diagnostics);
        string[] errors = [.. diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).Select(one => one.ToString())];
        if (errors.Length > 0) throw new CliException(errors);
        ZoneFile zone = Choose(files, line.GetValue(_zone));
        IEnumerable<ZoneRecord> records = zone.Records.Where(record => !line.GetValue(_static) || !IsConfiguration(record.Type))
            .OrderBy(record => record.Owner).ThenBy(record => record.Type != RecordType.SOA).ThenBy(record => record.Type);
        foreach (ZoneRecord record in records)
        {
            _host.Out.WriteLine(line.GetValue(_generic) && IsConfiguration(record.Type)
                ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{record.Owner} {record.Ttl} IN TYPE{(ushort)record.Type} {RdataText.FormatGeneric(record.Rdata)}") : record.ToString());
        }

        return 0;
    }

    private static bool IsConfiguration(RecordType type) => type is RecordType.REGION or RecordType.CHECK or RecordType.STEER;

    private static ZoneFile Choose(IReadOnlyList<ZoneFile> files, string? wanted)
    {
        string known = string.Join(", ", files.Select(file => file.Apex));
        if (wanted is null) return files.Count == 1 ? files[0] : throw new CliException(files.Count == 0 ? "there is no zone" : $"which zone? There are {known}");
        return DomainName.TryParse(wanted, DomainName.Root, out DomainName? name, out string? error)
            ? files.FirstOrDefault(file => name.Equals(file.Apex)) ?? throw new CliException($"zone {name} is not here; there are {known}") : throw new CliException($"\"{wanted}\" is no zone name: {error}");
    }
}
