using System.CommandLine;

namespace GslbServer;

/// <summary><c>gslb demo</c>, and <c>gslb</c> alone: a node on the sample, with the sample's endpoints in the same process.</summary>
internal sealed class DemoCommand : CliCommand
{
    private readonly CliHost _host;
    private readonly ServeFlags _flags = new();

    public DemoCommand(CliHost host)
        : base("demo", "Serve the sample, with a tiny HTTP endpoint for each region, and print lines to paste",
            "gslb demo",
            "gslb demo --listen 127.0.0.1:5353")
    {
        Notes = ["Takes the options of serve. State stays in memory: what is drained here is forgotten at the end."];
        _host = host;
        ExitCodes = [new(0, "stopped by SIGTERM or SIGINT"), new(1, "it cannot start; every reason is on standard error")];
        _flags.AddTo(this);
        SetAction(RunAsync);
    }

    public override IEnumerable<string> ValueErrors(ParseResult line)
    {
        var errors = new List<string>();
        ReadOptions(line, out _, errors);
        return errors;
    }

    /// <param name="line">Null when the program was started without arguments.</param>
    public async Task<int> RunAsync(ParseResult? line, CancellationToken cancel)
    {
        var errors = new List<string>();
        NodeOptions options = ReadOptions(line, out ServeSettings settings, errors);
        if (errors.Count > 0)
        {
            throw new CliException(errors) { HelpOf = "gslb demo" };
        }

        if (settings["state"] is not null)
        {
            return await NodeRun.RunAsync(options, settings, _host, cancel);
        }

        // The demo keeps its state in memory: what it needs on disk is gone when it ends.
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("gslb-demo-");
        try
        {
            return await NodeRun.RunAsync(options with { StateDirectory = scratch.FullName }, settings, _host, cancel);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private NodeOptions ReadOptions(ParseResult? line, out ServeSettings settings, List<string> errors)
    {
        settings = ServeSettings.Read(_flags.Given(line), _flags.ConfigFile(line), _host, errors);
        return ServeOptions.Build(settings, _host, isDemo: true, errors);
    }
}
