using System.CommandLine;
using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary><c>gslb latency import</c>: round trips that somebody else measured.</summary>
internal sealed class LatencyImportCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string> _file = new("FILE") { Description = "A CSV, see the notes" };
    private readonly Option<string?> _region = new("--region") { HelpName = "NAME", Description = "What all lines speak of, when there is no column region" };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    public LatencyImportCommand(CliHost host)
        : base("import", "Take over a CSV of round trips",
            "gslb latency import latency.csv",
            "gslb latency import from-dublin.csv --region eu-west")
    {
        Notes =
        [
            "The first line of the CSV names its columns, in any order: client (a prefix, AS64500, AS64500-DE or a country such as DE), region, ms and, if wanted, samples.",
            "Lines that begin with # are skipped. With any error nothing is taken over. Rows of clients and regions that the file does not name stay.",
            "An import counts as five samples at most, as half of that after 7 days and so on, and only where nothing is measured. Answers follow with the next epoch, on every node.",
        ];
        _host = host;
        Arguments.Add(_file);
        Options.Add(_region);
        Options.Add(_json);
        _server = new ServerFlags(host, this);
        NodeWords.Regions(_region.CompletionSources, _server);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        string file = line.GetRequiredValue(_file);
        string csv;
        try
        {
            csv = await File.ReadAllTextAsync(Path.GetFullPath(file, _host.WorkingDirectory), cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file}: {e.Message}");
        }

        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.PostAsync("/api/v1/latency/import", new LatencyImportRequest(csv, line.GetValue(_region)), cancel);
        if (answer.Status == StatusCodes.Status422UnprocessableEntity)
        {
            throw new CliException([.. answer.Problems().Select(problem => char.IsAsciiDigit(problem[0]) ? $"{file}:{problem}" : problem)]);
        }

        LatencyImportResult result = answer.Read<LatencyImportResult>();
        if (line.GetValue(_json))
        {
            _host.PrintJson(result);
            return 0;
        }

        if (result.Warning is { } warning)
        {
            await _host.Out.WriteLineAsync(_host.Terminal.Warning("warning: " + warning));
        }

        await _host.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{result.Rows} row{(result.Rows == 1 ? "" : "s")} taken over, {result.Imported} in all; answers follow within {Durations.Format(TimeSpan.FromSeconds(result.DecidedWithinSeconds))}"));
        return 0;
    }
}
