using System.CommandLine;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary><c>gslb zone import</c>: zones of other systems in our language, with a list of what could not be carried.</summary>
internal sealed class ZoneImportCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Argument<string> _file = new("FILE") { Description = "What `aws route53 list-resource-record-sets --hosted-zone-id ID` prints" };
    private readonly Option<string> _from = new("--from") { HelpName = "SYSTEM", Description = "route53", Required = true };
    private readonly Option<string?> _checks = new("--health-checks") { HelpName = "FILE", Description = "What `aws route53 list-health-checks` prints" };
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "Where the zone goes [default: printed]; an existing file is not overwritten" };

    public ZoneImportCommand(CliHost host)
        : base("import", "Turn a zone of another system into a zone file, and say what could not be carried over",
            "gslb zone import --from route53 sets.json --health-checks checks.json -o zones/example.org.zone")
    {
        _host = host;
        _from.AcceptOnlyFromAmong("route53");
        Arguments.Add(_file);
        foreach (Option option in (Option[])[_from, _checks, _output]) Options.Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        string file = line.GetRequiredValue(_file);
        ImportedZone zone = Route53Import.Convert(file, Route53Set.ReadAll(file, ReadText(file)),
            line.GetValue(_checks) is { } checks ? Route53HealthCheck.ReadAll(checks, ReadText(checks)) : new Dictionary<string, Route53HealthCheck>());
        string? output = line.GetValue(_output);
        if (output is null) _host.Out.Write(zone.Text);
        else Write(output, zone.Text);
        foreach (string note in zone.Notes) _host.Error.WriteLine($"note: {note}");
        ZoneDiagnostic[] found = [.. ZoneFileReader.Read(output ?? "zone", zone.Text, DomainName.Parse(zone.Zone)).Diagnostics];
        foreach (ZoneDiagnostic diagnostic in found) _host.Error.WriteLine(diagnostic);
        return found.Any(one => one.Severity == DiagnosticSeverity.Error) ? 1 : 0;
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file}: {e.Message}");
        }
    }

    private static void Write(string file, string text)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.CreateNew);
            stream.Write(Encoding.Latin1.GetBytes(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file}: {e.Message}");
        }
    }
}
