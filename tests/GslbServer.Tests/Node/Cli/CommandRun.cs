namespace GslbServer.Tests.Cli;

/// <summary>Runs the program in this process: its lines in, its words out.</summary>
internal sealed class CommandRun : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gslb-cli-");
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public CommandRun(TimeProvider? time = null)
    {
        Host = new CliHost(_out, _error, Environment, _folder.FullName, Path.Combine(_folder.FullName, "program"), time ?? new FixedTime(Now), HasColor: false);
    }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.OrdinalIgnoreCase);

    public CliHost Host { get; }

    public string Out => _out.ToString();

    public string[] Errors => _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string WriteFile(string name, string content = "")
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public string MakeFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;

    public Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(args, Host);

    /// <summary>The options that <c>gslb serve</c> would start with, and what is wrong with them.</summary>
    public (NodeOptions Options, List<string> Errors) Serve(params (string Name, string Value)[] flags)
    {
        var errors = new List<string>();
        Dictionary<string, IReadOnlyList<string>> given = flags.GroupBy(f => f.Name).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(f => f.Value)]);
        ServeSettings settings = ServeSettings.Read(given, null, Host, errors);
        return (ServeOptions.Build(settings, Host, isDemo: false, errors), errors);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
