using System.CommandLine;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb check</c>: reads zones exactly as serve would, and says what is wrong and how fast each steered name fails over.</summary>
internal sealed class CheckCommand : CliCommand
{
    private readonly CliHost _host;

    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Zone files, or folders of which every *.zone is read",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _origin = new("--origin") { HelpName = "NAME", Description = "The zone of a file that is not called NAME.zone" };

    private readonly Option<DirectoryInfo?> _keys = new("--keys") { HelpName = "DIR", Description = "Keys that zones are signed with: whether they can be, and what signing leaves out [default: not looked at]" };

    private readonly Option<bool> _json = new("--json") { Description = "Files, findings and failover times as JSON" };

    public CheckCommand(CliHost host)
        : base("check", "Read zones as serve would: every error as file:line:column: message, failover times",
            "gslb check zones",
            "gslb check /tmp/new.txt --origin gslb.example",
            "gslb check zones --keys .gslb/keys",
            "gslb check zones --json")
    {
        _host = host;
        Arguments.Add(_paths);
        Options.Add(_origin);
        Options.Add(_keys);
        Options.Add(_json);
        ExitCodes = ExitCode.Verdict("serve would take these zones; warnings do not count", "zones with errors, said on standard output");
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        LoadedZones loaded = ZoneLoader.Load(line.GetRequiredValue(_paths), line.GetValue(_origin), Signing(line.GetValue(_keys)));
        if (loaded.Files.Count == 0 && loaded.Diagnostics.Count == 0)
        {
            throw new CliException($"no *.zone file in {string.Join(", ", line.GetRequiredValue(_paths))}");
        }

        if (line.GetValue(_json))
        {
            var report = CheckReport.Of(loaded);
            _host.PrintJson(report);
            return report.Ok ? 0 : 1;
        }

        foreach (ZoneDiagnostic diagnostic in loaded.Diagnostics)
        {
            bool isError = diagnostic.Severity == DiagnosticSeverity.Error;
            _host.Out.WriteLine(isError ? _host.Terminal.Bad(diagnostic.ToString()) : _host.Terminal.Warning(diagnostic.ToString()));
        }

        if (loaded.Zones is null || loaded.Topology is not { } topology)
        {
            int errors = loaded.Diagnostics.Count(d => d.Severity == DiagnosticSeverity.Error);
            _host.Out.WriteLine($"{errors} error{(errors == 1 ? "" : "s")}; serve would refuse this and keep what it has.");
            return 1;
        }

        foreach (ZoneFile file in loaded.Files)
        {
            _host.Out.WriteLine($"{file.Path}: zone {file.Apex} serial {file.Serial}, {file.Records.Count} records: {_host.Terminal.Good("OK")}");
        }

        WriteFailoverTimes(topology);
        return 0;
    }

    /// <summary>Keys alone: nothing is signed.</summary>
    private ZoneSigning? Signing(DirectoryInfo? keys)
    {
        if (keys is null)
        {
            return null;
        }

        return keys.Exists ? new ZoneSigning(new KeyBook(new KeyDirectory(keys.FullName)).KeysOf, _host.Time.GetUtcNow()) : throw new CliException($"--keys {keys}: no such directory");
    }

    private void WriteFailoverTimes(Topology topology)
    {
        var table = new TextTable("NAME", "POLICY", "DETECTION+PUBLICATION", "TTL", "WORST CASE", "RTO");
        foreach (SteeredName name in topology.Names)
        {
            bool isChecked = name.Detection > TimeSpan.Zero;
            table.Add(name.Owner, name.Policy.ToString().ToLowerInvariant(), isChecked ? Durations.Format(name.WorstCaseFailover - name.FailoverTtl) : "-",
                Durations.Format(name.FailoverTtl), isChecked ? Durations.Format(name.WorstCaseFailover) : "- (no check)", name.Rto is { } rto ? Durations.Format(rto) : "-");
        }

        if (table.IsEmpty)
        {
            return;
        }

        _host.Out.WriteLine();
        _host.Out.WriteLine("Failover: how long a resolver that honours TTLs can hand out an address that died.");
        table.WriteTo(_host.Out, _host.Terminal);
        _host.Out.WriteLine("Browsers keep addresses longer by their own caches (Chromium up to 60 s); that is not part of these times, nor compared with rto.");
    }
}
