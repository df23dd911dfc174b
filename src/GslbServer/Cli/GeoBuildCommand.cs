using System.CommandLine;
using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb geo build</c>: a MaxMind DB from a CSV that people write.</summary>
internal sealed class GeoBuildCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly Argument<string> _csv = new("CSV") { Description = "One network a line, see the notes" };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "The database, written whole and then renamed", Required = true };
    private readonly Option<string> _type = new("--type") { HelpName = "NAME", Description = "database_type; City, Country or ASN in it tells readers what it holds", DefaultValueFactory = _ => "GslbServer-City" };
    private readonly Option<string> _description = new("--description") { HelpName = "TEXT", Description = "For people", DefaultValueFactory = _ => "" };

    private readonly Option<string?> _builtAt = new("--built-at")
    {
        HelpName = "TIME",
        Description = "Build date to write, for a file that comes out the same each time [default: now]",
    };

    public GeoBuildCommand(CliHost host)
        : base("build", "Build a MaxMind DB file from a CSV",
            "gslb geo build geodata/sample.csv -o geodata/sample.mmdb",
            "gslb geo build offices.csv -o offices.mmdb --built-at 2026-11-21T00:00:00Z")
    {
        Notes =
        [
            "The first line of the CSV names its columns, in any order: network, continent, country, subdivision, city, latitude, longitude, asn, organization.",
            "Networks nest: for an address the longest one counts, whole. Lines that begin with # are skipped.",
        ];
        _host = host;
        Arguments.Add(_csv);
        Options.Add(_output);
        Options.Add(_type);
        Options.Add(_description);
        Options.Add(_builtAt);
        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        DateTimeOffset builtAt = _host.Time.GetUtcNow();
        if (line.GetValue(_builtAt) is { } text
            && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out builtAt))
        {
            throw new CliException($"--built-at {text}: expected a time such as 2026-11-21T00:00:00Z");
        }

        string csv = line.GetRequiredValue(_csv);
        string output = line.GetRequiredValue(_output);
        try
        {
            (byte[]? database, IReadOnlyList<GeoCsvError> errors) = GeoCsv.Build(File.ReadAllText(csv), line.GetRequiredValue(_type), line.GetRequiredValue(_description), builtAt);
            if (database is null)
            {
                foreach (GeoCsvError error in errors)
                {
                    _host.Out.WriteLine($"{csv}:{error}");
                }

                return 1;
            }

            // A node that watches the file must never see half of it.
            string scratch = output + ".new";
            File.WriteAllBytes(scratch, database);
            File.Move(scratch, output, overwrite: true);
            _host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {database.Length} octets"));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(e.Message);
        }
    }
}
