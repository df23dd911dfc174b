using System.CommandLine;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb zone lint</c>: everything that <c>gslb check</c> says, and what is allowed but hardly meant.</summary>
internal sealed class ZoneLintCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Argument<string[]> _paths = new("PATH") { Description = "Zone files, or folders of which every *.zone is read", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _json = new("--json") { Description = "The findings as JSON" };
    private readonly Option<string?> _origin = new("--origin") { HelpName = "NAME", Description = "The zone of a file that is not called NAME.zone" };

    public ZoneLintCommand(CliHost host)
        : base("lint", "Judge zone files: errors and warnings as check, format, and what is allowed but hardly meant", "gslb zone lint zones", "gslb zone lint zones --json")
    {
        _host = host;
        Arguments.Add(_paths);
        Options.Add(_origin);
        Options.Add(_json);
        ExitCodes = ExitCode.Verdict("nothing was found", "something was found");
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        IReadOnlyList<string> files = ZonePaths.Files(line.GetRequiredValue(_paths));
        LoadedZones loaded = ZoneLoader.Load(files, line.GetValue(_origin));
        List<string> found = [];
        foreach (ZoneDiagnostic diagnostic in loaded.Diagnostics)
        {
            bool isError = diagnostic.Severity == DiagnosticSeverity.Error;
            found.Add(isError ? _host.Terminal.Bad(diagnostic.ToString()) : _host.Terminal.Warning(diagnostic.ToString()));
        }

        if (!loaded.Errors.Any())
        {
            foreach (string file in files)
            {
                if (ZoneFormat.Of(file, line.GetValue(_origin), found) is { IsFormatted: false }) found.Add($"{file}: is not formatted; gslb zone fmt {file} does it");
            }

            if (loaded.Topology is { } topology) found.AddRange(TopologyAdvice.Of(topology).Select(one => $"{PlaceOf(loaded, one.Owner)}{one.Advice}"));
        }

        if (line.GetValue(_json)) _host.PrintJson(found);
        else foreach (string one in found) _host.Out.WriteLine(one);
        return found.Count > 0 ? 1 : 0;
    }

    /// <summary>Of the STEER record of a name, as it stands before a finding.</summary>
    private static string PlaceOf(LoadedZones loaded, string owner)
    {
        foreach (ZoneConfiguration zone in loaded.Held.Select(held => held.Configuration))
        {
            for (int i = 0; i < zone.Records.Count; i++)
            {
                if (zone.Records[i].Kind == ConfigKind.Steer && zone.Records[i].Owner == owner) return $"{zone.Sources[i].Position}: ";
            }
        }

        return "";
    }
}
