using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace GslbServer;

/// <summary>How routes are told to others.</summary>
/// <param name="Routes">Lines for ExaBGP are printed for each; none where a hook does it.</param>
/// <param name="Hook">Run with the state as its only argument, whenever that changes; null for none.</param>
internal sealed record AnycastRouting(IReadOnlyList<IPNetwork> Routes, string? Hook, int Fall, int Rise, TimeSpan Interval);

/// <summary>Looks again and again until it is told to stop, and tells each change of state: to ExaBGP (its text API, on standard output), to a hook, and to people on standard error.</summary>
internal sealed class AnycastWatch(AnycastProbe probe, AnycastRouting routing, CliHost host)
{
    /// <summary>The lower the better; a router prefers another node over one of 1000 (RFC 4271 section 9.1.2.2).</summary>
    private const int Med = 100, MedDeprefer = 1000;

    /// <summary>A hook that has not ended by then hangs.</summary>
    private static readonly TimeSpan HookLimit = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancel)
    {
        var gate = new AnycastGate(routing.Fall, routing.Rise);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop), interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var timer = new PeriodicTimer(routing.Interval, host.Time);
        // Of the last look that said so: the one that tips the scales may be better than what all of them agree on.
        var reasons = new Dictionary<AnycastState, IReadOnlyList<string>>();
        // Whatever was announced before this process is not known to it.
        await TellAsync(gate.State, ["starting"]);
        try
        {
            do
            {
                AnycastReport report = await probe.LookAsync(stop.Token);
                reasons[report.State] = report.Reasons;
                if (gate.Look(report.State))
                {
                    await TellAsync(gate.State, reasons[gate.State]);
                }
            }
            while (await timer.WaitForNextTickAsync(stop.Token));
        }
        catch (OperationCanceledException)
        {
        }

        await TellAsync(AnycastState.Withdraw, ["this watch ends"]);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>ExaBGP: <c>announce route</c> replaces what was announced for the prefix before.</summary>
    internal static string ExaBgp(IPNetwork route, AnycastState state) => state switch
    {
        AnycastState.Announce => $"announce route {route} next-hop self med {Med}",
        // GRACEFUL_SHUTDOWN (RFC 8326): who honours it prefers any other path, beyond the neighbour too.
        AnycastState.Deprefer => $"announce route {route} next-hop self med {MedDeprefer} community [65535:0]",
        _ => $"withdraw route {route} next-hop self",
    };

    private async Task TellAsync(AnycastState state, IReadOnlyList<string> reasons)
    {
        await host.Error.WriteLineAsync($"{AnycastCheckCommand.WordOf(state)}{(reasons.Count > 0 ? ": " + string.Join("; ", reasons) : "")}");
        foreach (IPNetwork route in routing.Routes)
        {
            await host.Out.WriteLineAsync(ExaBgp(route, state));
        }

        await host.Out.FlushAsync();
        if (routing.Hook is { } hook)
        {
            await RunHookAsync(hook, AnycastCheckCommand.WordOf(state));
        }
    }

    private async Task RunHookAsync(string hook, string state)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(hook, [state]) { UseShellExecute = false })!;
            using var limit = new CancellationTokenSource(HookLimit, host.Time);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await host.Error.WriteLineAsync($"gslb: {hook} {state} did not end within {HookLimit.TotalSeconds:0} s");
                return;
            }

            if (process.ExitCode != 0)
            {
                await host.Error.WriteLineAsync($"gslb: {hook} {state} ended with {process.ExitCode}");
            }
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            await host.Error.WriteLineAsync($"gslb: {hook} cannot be run: {e.Message}");
        }
    }
}
