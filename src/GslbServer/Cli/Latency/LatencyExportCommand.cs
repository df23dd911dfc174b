using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb latency export</c>: all that was measured, as a CSV.</summary>
internal sealed class LatencyExportCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServerFlags _server;
    private readonly Argument<string?> _file = new("FILE") { Description = "Where to; without one, or with -, to standard output", Arity = ArgumentArity.ZeroOrOne };

    public LatencyExportCommand(CliHost host)
        : base("export", "Write all that was measured, by prefix, as a CSV; imported rows of countries and AS numbers are not of it", "gslb latency export", "gslb latency export latency.csv")
    {
        Notes = ["Columns: client, region, ms, samples. `gslb latency import` reads it."];
        _host = host;
        Arguments.Add(_file);
        _server = new ServerFlags(host, this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using AdminClient node = _server.Connect(line);
        AdminAnswer answer = await node.GetAsync("/api/v1/latency/export", cancel);
        if (!answer.IsSuccess)
        {
            throw new CliException(answer.Problems());
        }

        if (line.GetValue(_file) is not { } file || file == "-")
        {
            await _host.Out.WriteAsync(answer.Body);
            return 0;
        }

        try
        {
            await File.WriteAllTextAsync(Path.GetFullPath(file, _host.WorkingDirectory), answer.Body, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file}: {e.Message}");
        }

        await _host.Out.WriteLineAsync($"{file}: {answer.Body.Count(c => c == '\n') - 1} round trips");
        return 0;
    }
}
