using System.Diagnostics;

namespace GslbServer.Scenarios.Harness;

/// <summary>A real process that a scenario started: what it printed, its signals, its exit. Disposing kills it and what it started, and nothing else.</summary>
/// <example><code>
/// await using RunningProgram node = RunningProgram.Start(BuiltProgram.Gslb, ["serve", "--listen", $"127.0.0.1:{port}"]);
/// await node.WaitForLineAsync("admin");
/// node.Send(Signal.Term);
/// Assert.Equal(0, await node.WaitForExitAsync());
/// </code></example>
public sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _name;

    private RunningProgram(Process process, string name)
    {
        _process = process;
        _name = name;
        process.OutputDataReceived += (_, line) => Output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => Output.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Lines of standard output and standard error, in the order in which they arrived.</summary>
    public ProgramOutput Output { get; } = new();

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts one of our own programs from its build output.</summary>
    public static RunningProgram Start(BuiltProgram program, IEnumerable<string> arguments, string? workingFolder = null,
        IReadOnlyDictionary<string, string>? environment = null) =>
        Start(BuiltProgram.DotnetHost, [program.Path, .. arguments], workingFolder, environment, program.Name);

    /// <summary>Starts any program of the machine, such as <c>redis-server</c>.</summary>
    /// <param name="workingFolder">Default: the folder for temporary files, so that no scenario sees the files of the folder it was started in.</param>
    /// <param name="environment">Variables added to those of the test run.</param>
    public static RunningProgram Start(string file, IEnumerable<string> arguments, string? workingFolder = null,
        IReadOnlyDictionary<string, string>? environment = null, string? name = null)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder ?? Path.GetTempPath(),
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string key, string value) in environment ?? new Dictionary<string, string>()) start.Environment[key] = value;
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        process.StandardInput.Close();
        return new RunningProgram(process, name ?? file);
    }

    /// <summary>Waits for a line that contains <paramref name="text"/>, among those printed since line number <paramref name="from"/> too.</summary>
    /// <exception cref="TimeoutException">No such line within <paramref name="deadline"/> (default <see cref="Eventually.Deadline"/>), or the process ended without it; says what it printed.</exception>
    public async Task<string> WaitForLineAsync(string text, TimeSpan? deadline = null, int from = 0)
    {
        string? found = null;
        await Eventually.TrueAsync(() => (found = Output.Find(text, from)) is not null || _process.HasExited, () => Describe($"no line with \"{text}\""), deadline);
        if (found is null) await ReadToEndAsync();
        return found ?? Output.Find(text, from) ?? throw new TimeoutException(Describe($"ended with {_process.ExitCode} without a line with \"{text}\""));
    }

    /// <summary>The exit code, once the process ended and everything it printed was read.</summary>
    /// <exception cref="TimeoutException">It still runs after <paramref name="deadline"/> (default <see cref="Eventually.Deadline"/>).</exception>
    public async Task<int> WaitForExitAsync(TimeSpan? deadline = null)
    {
        await Eventually.TrueAsync(() => _process.HasExited, () => Describe("still runs"), deadline);
        await ReadToEndAsync();
        return _process.ExitCode;
    }

    /// <summary>Sends a signal to this process alone; none if it has ended.</summary>
    public void Send(Signal signal)
    {
        if (!_process.HasExited) signal.SendTo(_process.Id);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal.Continue.SendTo(_process.Id);
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    /// <summary>Process.WaitForExitAsync also waits until both pipes are empty; a grandchild that keeps one open must not hold the scenario.</summary>
    private async Task ReadToEndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(2));
        }
        catch (TimeoutException)
        {
        }
    }

    private string Describe(string what) => $"{_name} (process {_process.Id}): {what}. It printed:\n{Output}";
}
