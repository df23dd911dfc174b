using System.CommandLine;
using System.Text;
using GslbServer.Dns;

namespace GslbServer;

/// <summary><c>gslb zone diff</c>: which records differ.</summary>
internal sealed class ZoneDiffCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string> _old = new("OLD") { Description = "ZONE[@VERSION], or a zone file" };
    private readonly Argument<string?> _new = new("NEW") { Description = "The same [default: the zone as it is served]", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _json = new("--json") { Description = "The records as JSON: removed and added" };
    private readonly Option<bool> _exitCode = new("--exit-code") { Description = "Exit with 1 if anything differs" };

    public ZoneDiffCommand(CliHost host)
        : base("diff", "Show which records differ between versions of a zone, or a file and what is served",
            "gslb zone diff gslb.example@3 gslb.example@4",
            "gslb zone diff zones/gslb.example.zone --exit-code")
    {
        _host = host;
        Arguments.Add(_old);
        Arguments.Add(_new);
        Options.Add(_exitCode);
        Options.Add(_json);
        ExitCodes = ExitCode.Verdict("done", "with --exit-code something differs");
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        string old = line.GetRequiredValue(_old);
        (DomainName zone, HashSet<string> before) = await ReadAsync(node, old, cancel);
        // A file is what shall come, and is shown so where nothing else is named.
        bool isFile = File.Exists(Path.GetFullPath(old, _host.WorkingDirectory)), isAlone = line.GetValue(_new) is null;
        (_, HashSet<string> after) = await ReadAsync(node, line.GetValue(_new) ?? zone.ToString(), cancel);
        if (isFile && isAlone) (before, after) = (after, before);
        string[] gone = [.. before.Except(after).Order(StringComparer.Ordinal)], come = [.. after.Except(before).Order(StringComparer.Ordinal)];
        if (line.GetValue(_json))
        {
            _host.PrintJson(new ZoneRecordDiff(gone, come));
            return line.GetValue(_exitCode) && gone.Length + come.Length > 0 ? 1 : 0;
        }

        foreach (string record in gone) await _host.Out.WriteLineAsync(_host.Terminal.Bad("- " + record));
        foreach (string record in come) await _host.Out.WriteLineAsync(_host.Terminal.Good("+ " + record));
        return line.GetValue(_exitCode) && gone.Length + come.Length > 0 ? 1 : 0;
    }

    private async Task<(DomainName Zone, HashSet<string> Records)> ReadAsync(AdminClient node, string reference, CancellationToken cancel)
    {
        string path = Path.GetFullPath(reference, _host.WorkingDirectory);
        bool isFile = File.Exists(path);
        DomainName zone = isFile ? ZoneLoader.ZoneOf(path, null, out string? error) ?? throw new CliException($"{reference}: {error}") : ZoneApi.Parse(reference).Zone;
        string text = isFile ? await File.ReadAllTextAsync(path, Encoding.Latin1, cancel) : await ZoneApi.TextAsync(node, reference, cancel);
        ZoneFile file = ZoneFileReader.Read(reference, new StringReader(text), zone, isFile ? (written, _) => ZoneLoader.Include(written, path) : null);
        string[] errors = [.. file.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
        return errors.Length == 0 ? (zone, [.. file.Records.Select(r => r.ToString())]) : throw new CliException(errors);
    }
}

/// <summary>Records of a zone that one side lacks.</summary>
internal sealed record ZoneRecordDiff(IReadOnlyList<string> Removed, IReadOnlyList<string> Added);
