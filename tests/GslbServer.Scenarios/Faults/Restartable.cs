using System.Diagnostics;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Faults;

/// <summary>A process of the world that faults strike and that comes back as it was.</summary>
public sealed class Restartable : IAsyncDisposable
{
    private readonly Func<RunningProgram> _start;
    private readonly Func<RunningProgram, Task> _isReady;

    private Restartable(Func<RunningProgram> start, Func<RunningProgram, Task> isReady)
    {
        (_start, _isReady) = (start, isReady);
        Process = start();
        StartedAt = Stopwatch.GetTimestamp();
    }

    public RunningProgram Process { get; private set; }

    /// <summary>On the clock of <see cref="Stopwatch"/>: what it said before, it said in another life.</summary>
    public long StartedAt { get; private set; }

    public static async Task<Restartable> StartAsync(Func<RunningProgram> start, string readyLine)
    {
        var program = new Restartable(start, process => process.WaitForLineAsync(readyLine));
        await program._isReady(program.Process);
        return program;
    }

    public static async Task<Restartable> StartAsync(Func<RunningProgram> start, Func<RunningProgram, Task> isReady)
    {
        var program = new Restartable(start, isReady);
        await isReady(program.Process);
        return program;
    }

    public async Task KillAsync()
    {
        Process.Send(Signal.Kill);
        await Process.WaitForExitAsync();
    }

    public void Stop() => Process.Send(Signal.Stop);

    public void Continue() => Process.Send(Signal.Continue);

    public async Task RestartAsync()
    {
        await Process.DisposeAsync();
        Process = _start();
        StartedAt = Stopwatch.GetTimestamp();
        await _isReady(Process);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
