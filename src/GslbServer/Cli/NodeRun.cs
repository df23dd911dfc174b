using System.Runtime.InteropServices;
using System.Threading.Channels;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The life of a serving process: start everything, say so, obey signals, stop within the limit.</summary>
internal static class NodeRun
{
    /// <returns>0 after a graceful stop.</returns>
    /// <exception cref="CliException">Something kept the node from starting: every problem, one line each.</exception>
    public static async Task<int> RunAsync(NodeOptions options, ServeSettings settings, CliHost host, CancellationToken cancel)
    {
        using ILoggerFactory loggers = NodeLogging.Create(settings, options.Demo, host);
        using var signals = new SignalWatch();
        try
        {
            DemoEndpoints? endpoints = options.Demo ? await StartEndpointsAsync(options, cancel) : null;
            await using (endpoints)
            {
                await using Node node = await Node.StartAsync(options, host.Time, loggers, cancel);
                await using AdminServer admin = await AdminServer.StartAsync(node, host.Time, loggers, cancel);
                await AnnounceAsync(node, admin, endpoints, host);
                await ServeAsync(node, signals, host, cancel);
                await node.StopAsync();
                await admin.StopAsync();
            }
        }
        catch (StartupException e)
        {
            throw new CliException(e.Problems);
        }

        return 0;
    }

    private static Task<DemoEndpoints> StartEndpointsAsync(NodeOptions options, CancellationToken cancel)
    {
        Topology topology = ZoneLoader.Load([options.Zones]).Topology ?? Topology.Empty;
        return DemoEndpoints.StartAsync(topology, cancel);
    }

    private static async Task AnnounceAsync(Node node, AdminServer admin, DemoEndpoints? endpoints, CliHost host)
    {
        foreach (string line in StartBanner.Lines(node, admin.Urls))
        {
            await host.Out.WriteLineAsync(line);
        }

        if (endpoints is not null)
        {
            foreach (string line in DemoGuide.Lines(node, admin.Urls, endpoints.EndPoints))
            {
                await host.Out.WriteLineAsync(line);
            }
        }

        await host.Out.FlushAsync();
    }

    /// <summary>Until told to stop. SIGHUP reads zones and geodata again.</summary>
    private static async Task ServeAsync(Node node, SignalWatch signals, CliHost host, CancellationToken cancel)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task transitions = node.Options.Demo ? PrintTransitionsAsync(node, host, stopping.Token) : Task.CompletedTask;
        try
        {
            await foreach (PosixSignal signal in signals.ReadAsync(cancel))
            {
                if (signal != PosixSignal.SIGHUP)
                {
                    break;
                }

                await node.ReloadAsync(signal.ToString(), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever cancels wants the same as SIGTERM.
        }

        await stopping.CancelAsync();
        await transitions;
    }

    /// <summary>The demo logs nothing else, so that what moves is easy to see.</summary>
    private static async Task PrintTransitionsAsync(Node node, CliHost host, CancellationToken cancel)
    {
        try
        {
            await foreach (NodeEvent e in node.Events.ReadAsync(0, cancel))
            {
                if (e.Kind == "decision")
                {
                    continue;
                }

                string change = e is { From: not null, To: not null } ? $" {e.From} -> {host.Terminal.Strong(e.To)}" : "";
                await host.Out.WriteLineAsync($"{host.Terminal.Faint(e.At.ToString("HH:mm:ss", null))} {e.Kind} {e.Subject}{change}{(e.Detail.Length > 0 ? ": " + e.Detail : "")}");
                await host.Out.FlushAsync(cancel);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>SIGTERM, SIGINT and SIGHUP as a sequence, from the first moment of the process on.</summary>
    private sealed class SignalWatch : IDisposable
    {
        private readonly Channel<PosixSignal> _signals = Channel.CreateUnbounded<PosixSignal>();
        private readonly PosixSignalRegistration[] _registrations;

        public SignalWatch() => _registrations = [Register(PosixSignal.SIGTERM), Register(PosixSignal.SIGINT), Register(PosixSignal.SIGHUP)];

        public IAsyncEnumerable<PosixSignal> ReadAsync(CancellationToken cancel) => _signals.Reader.ReadAllAsync(cancel);

        public void Dispose() => Array.ForEach(_registrations, r => r.Dispose());

        private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            _signals.Writer.TryWrite(signal);
        });
    }
}
