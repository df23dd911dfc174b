using System.CommandLine;
using System.Text;

namespace GslbServer;

/// <summary><c>gslb zone fmt</c>: one style for zone files. Nothing is written that does not say the same.</summary>
internal sealed class ZoneFormatCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Argument<string[]> _paths = new("PATH") { Description = "Zone files, or folders of which every *.zone is taken", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _check = new("--check", "-c") { Description = "Write nothing; name the files that are not formatted, and exit with 1 if there are any" };
    private readonly Option<bool> _print = new("--stdout") { Description = "Print what would be written, and write nothing" };
    private readonly Option<string?> _origin = new("--origin") { HelpName = "NAME", Description = "The zone of a file that is not called NAME.zone" };

    public ZoneFormatCommand(CliHost host)
        : base("fmt", "Format zone files: columns, one blank between words, types in capitals; comments and line breaks stay",
            "gslb zone fmt zones",
            "gslb zone fmt --check zones",
            "gslb zone fmt --stdout zones/gslb.example.zone")
    {
        _host = host;
        Arguments.Add(_paths);
        Options.Add(_check);
        Options.Add(_print);
        Options.Add(_origin);
        ExitCodes = ExitCode.Verdict("done; with --check: all is formatted", "with --check: some file is not");
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        List<string> problems = [];
        int unformatted = 0;
        foreach (string file in ZonePaths.Files(line.GetRequiredValue(_paths)))
        {
            if (ZoneFormat.Of(file, line.GetValue(_origin), problems) is not { } zone) continue;
            if (line.GetValue(_print)) _host.Out.Write(zone.Formatted);
            else if (!zone.IsFormatted)
            {
                unformatted++;
                if (!line.GetValue(_check)) Write(file, zone.Formatted, problems);
                _host.Out.WriteLine(file);
            }
        }

        return problems.Count > 0 ? throw new CliException(problems) : line.GetValue(_check) && unformatted > 0 ? 1 : 0;
    }

    /// <summary>Whole and then renamed: a node that watches the file must never see half of it.</summary>
    private static void Write(string file, string text, List<string> problems)
    {
        string scratch = file + ".new";
        try
        {
            File.WriteAllText(scratch, text, Encoding.Latin1);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(scratch, File.GetUnixFileMode(file));
            File.Move(scratch, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: {e.Message}");
        }
    }
}
