using System.CommandLine;
using System.Net;
using System.Text;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb zone import</c>: zones of other systems in our language, with a list of what could not be carried.</summary>
internal sealed class ZoneImportCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Argument<string> _path = new("PATH") { Description = "What the other system has: see below" };
    private readonly Option<string> _from = new("--from") { HelpName = "SYSTEM", Description = "route53, gdnsd or powerdns", Required = true };
    private readonly Option<string?> _checks = new("--health-checks") { HelpName = "FILE", Description = "Of route53: what `aws route53 list-health-checks` prints" };
    private readonly Option<string?> _origin = new("--origin") { HelpName = "NAME", Description = "Of powerdns: the zone of a file that is not called NAME.zone" };
    private readonly Option<string[]> _geo = new("--geo")
    {
        HelpName = "FILE",
        Description = "Where addresses are, for regions that the other system does not place: a MaxMind DB (repeatable)",
        DefaultValueFactory = _ => []
    };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        HelpName = "PATH",
        Description = "Where the zone goes: a file, or a folder for NAME.zone [default: printed]; an existing file is not overwritten"
    };
    private readonly Option<bool> _json = new("--json") { Description = "Zones and notes as JSON" };

    public ZoneImportCommand(CliHost host)
        : base("import", "Turn zones of another system into zone files, and say what could not be carried over",
            "gslb zone import --from route53 sets.json --health-checks checks.json -o zones/example.org.zone",
            "gslb zone import --from gdnsd /etc/gdnsd -o zones/",
            "gslb zone import --from powerdns geo.yaml --geo GeoLite2-City.mmdb -o zones/",
            "gslb zone import --from powerdns example.org.zone -o zones/")
    {
        _host = host;
        Notes =
        [
            "PATH is, of route53, what `aws route53 list-resource-record-sets --hosted-zone-id ID` prints; of gdnsd its configuration directory, with config and zones/; of powerdns the zones-file of the",
            "geoip backend (YAML), or a zone file with LUA records.",
            "Zones go to standard output or --output, notes of what could not be carried to standard error. What comes out is read as gslb check reads it.",
        ];
        ExitCodes = [new ExitCode(0, "carried over, as far as the notes say"), new ExitCode(1, "it could not be read, or what came out has errors")];
        _from.AcceptOnlyFromAmong("route53", "gdnsd", "powerdns");
        Arguments.Add(_path);
        foreach (Option option in (Option[])[_from, _checks, _origin, _geo, _output, _json]) Options.Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        string path = line.GetRequiredValue(_path);
        var files = new ImportFiles();
        Func<Endpoints, string?> places = Places(line.GetValue(_geo) ?? []);
        ImportResult result = line.GetRequiredValue(_from) switch
        {
            "gdnsd" => GdnsdImport.Convert(path, files, places),
            "powerdns" => PowerDnsImport.Convert(path, line.GetValue(_origin), files, places),
            _ => new ImportResult([Route53Import.Convert(path, Route53Export.Read(path, files.Read(path)),
                line.GetValue(_checks) is { } checks ? Route53HealthCheck.ReadAll(checks, files.Read(checks)) : new Dictionary<string, Route53HealthCheck>(), places)]),
        };
        string?[] written = Write(result.Zones, line.GetValue(_output), isPrinted: !line.GetValue(_json));
        ZoneDiagnostic[] found = [.. Check(result.Zones, written)];
        ImportNote[] notes = [.. result.AllNotes];
        if (line.GetValue(_json))
        {
            _host.PrintJson(new
            {
                Zones = result.Zones.Select((zone, i) => new { zone.Zone, File = written[i], zone.Text }),
                Notes = notes.Select(note => new { note.At?.File, note.At?.Line, note.At?.Column, note.Subject, note.What, note.Instead }),
                Errors = found.Select(one => one.ToString()),
            });
        }

        foreach (ImportNote note in line.GetValue(_json) ? [] : notes) _host.Error.WriteLine($"note: {note}");
        foreach (ZoneDiagnostic diagnostic in found) _host.Error.WriteLine(diagnostic);
        return found.Any(one => one.Severity == DiagnosticSeverity.Error) ? 1 : 0;
    }

    /// <returns>The file of each zone; null where it was printed.</returns>
    private string?[] Write(IReadOnlyList<ImportedZone> zones, string? output, bool isPrinted)
    {
        bool isFolder = output is not null && (Directory.Exists(output) || Path.EndsInDirectorySeparator(output));
        if (zones.Count > 1 && !isFolder && (isPrinted || output is not null))
            throw new CliException($"{zones.Count} zones: {string.Join(", ", zones.Select(zone => zone.Zone))}: name a folder for them with --output FOLDER/");
        if (output is null)
        {
            if (isPrinted) _host.Out.Write(zones[0].Text);
            return new string?[zones.Count];
        }

        // The slash of a name as RFC 2317 has them would be a folder.
        string[] files = [.. zones.Select(zone => isFolder ? Path.Combine(output, zone.Zone.TrimEnd('.').Replace('/', '_') + ZoneLoader.Extension) : output)];
        string[] there = [.. files.Where(File.Exists)];
        if (there.Length > 0) throw new CliException([.. there.Select(file => $"{file}: is there already; nothing is written")]);
        try
        {
            if (isFolder) Directory.CreateDirectory(output);
            for (int i = 0; i < files.Length; i++)
            {
                using var stream = new FileStream(files[i], FileMode.CreateNew);
                stream.Write(Encoding.Latin1.GetBytes(zones[i].Text));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(e.Message);
        }

        return files;
    }

    /// <summary>All that <c>gslb check</c> would say.</summary>
    private static IEnumerable<ZoneDiagnostic> Check(IReadOnlyList<ImportedZone> zones, string?[] files)
    {
        ZoneFile[] read = [.. zones.Select((zone, i) => ZoneFileReader.Read(files[i] ?? zone.Zone.TrimEnd('.'), zone.Text, DomainName.Parse(zone.Zone)))];
        return ZoneLoader.Combine(read, [], [], null).Diagnostics;
    }

    /// <summary>Latitude and longitude of the first address that a database places.</summary>
    private static Func<Endpoints, string?> Places(string[] files)
    {
        if (files.Length == 0) return _ => null;
        GeoTable table;
        try
        {
            table = GeoLoader.Load(files);
        }
        catch (GeoDataException e)
        {
            throw new CliException(e.Message);
        }

        return endpoints => endpoints.Records.Where(record => record.Type is "A" or "AAAA").Select(record => Client.From(IPAddress.Parse(record.Data)))
            .Select(client => table.Find(client.IsIPv6, client.Address).Location).Where(location => location.HasCoordinates)
            .Select(location => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{location.Latitude:0.##} {location.Longitude:0.##}")).FirstOrDefault();
    }
}
