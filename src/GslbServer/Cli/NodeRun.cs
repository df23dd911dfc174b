using System.Runtime.InteropServices;
using System.Threading.Channels;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The life of a serving process: start everything, say so, obey signals, give its place to a successor or stop within the limit.</summary>
internal sealed partial class NodeRun : IDisposable
{
    /// <summary>signal(7), on every architecture that .NET runs on.</summary>
    private const PosixSignal SignalUser2 = (PosixSignal)12;

    private static readonly TimeSpan AgainPause = TimeSpan.FromSeconds(5);

    private readonly NodeOptions _options;
    private readonly CliHost _host;
    private readonly ILoggerFactory _loggers;
    private readonly SignalWatch _signals = new();
    private readonly OtlpTraces? _traces;
    private readonly ServiceManager _manager;

    private NodeRun(NodeOptions options, ServeSettings settings, CliHost host)
    {
        (_options, _host, _loggers) = (options, host, NodeLogging.Create(settings, options.Demo, host));
        _traces = OtlpTraces.Start(options.Otlp, Observers.Sender(options), Spans.Sources);
        _manager = ServiceManager.Of(name => host.Environment.GetValueOrDefault(name), host.Time);
    }

    /// <summary>Why a node serves no more.</summary>
    private enum End
    {
        Stopped,
        TakenOver,

        /// <summary>A successor died after it had been given this one's place.</summary>
        Again,
    }

    /// <returns>0 after a graceful stop, and when a successor has taken over.</returns>
    /// <exception cref="CliException">Something kept the node from starting: every problem, one line each.</exception>
    public static async Task<int> RunAsync(NodeOptions options, ServeSettings settings, CliHost host, CancellationToken cancel)
    {
        using var run = new NodeRun(options, settings, host);
        try
        {
            DemoEndpoints? endpoints = options.Demo ? await StartEndpointsAsync(options, cancel) : null;
            await using (endpoints)
            {
                using Takeover? takeover = options.Takeover ? Takeover.Begin(options, host.Time) : null;
                ListenSockets sockets = takeover?.Sockets ?? new ListenSockets(ActivatedSockets.Take(options));
                if (options.User is { } user)
                {
                    PrivilegedPorts.Open(options, sockets);
                    UserSwitch.To(user, options.StateDirectory);
                }

                using var state = StateLock.Take(options.StateDirectory, isHandedOver: takeover is not null, host.Time);
                if (!options.Demo && settings["state"] is null && options.StateDirectory != new NodeOptions().StateDirectory)
                {
                    Log.StateBeside(run._loggers.CreateLogger<NodeRun>(), options.StateDirectory, new NodeOptions().StateDirectory);
                }

                Yielded? yielded = await run.ServeAsync(takeover, sockets, before: null, endpoints, cancel, state.Problem);
                while (yielded is not null)
                {
                    yielded = await run.ServeAgainAsync(yielded, endpoints, cancel);
                }
            }
        }
        catch (StartupException e)
        {
            throw new CliException(e.Problems);
        }

        return 0;
    }

    public void Dispose()
    {
        _signals.Dispose();
        _traces?.Dispose();
        _manager.Dispose();
        _loggers.Dispose();
    }

    /// <summary>Serves again where a successor failed. What keeps a node from starting now does not end the one that answers: it is tried again.</summary>
    private async Task<Yielded?> ServeAgainAsync(Yielded yielded, DemoEndpoints? endpoints, CancellationToken cancel)
    {
        while (true)
        {
            ListenSockets sockets = yielded.Sockets.Duplicate();
            try
            {
                return await ServeAsync(takeover: null, sockets, yielded, endpoints, cancel);
            }
            catch (StartupException e) when (!yielded.HasLeft)
            {
                sockets.CloseUnused();
                foreach (string problem in e.Problems)
                {
                    await _host.Error.WriteLineAsync($"gslb: cannot serve anew, tried again in {Durations.Format(AgainPause)}: {problem}");
                }

                if (await StopComesAsync(cancel))
                {
                    await yielded.LeaveAsync();
                    return null;
                }
            }
        }
    }

    /// <returns>Whether somebody wants the end before it is time to try again.</returns>
    private async Task<bool> StopComesAsync(CancellationToken cancel)
    {
        using var pause = new CancellationTokenSource(AgainPause, _host.Time);
        try
        {
            await foreach (PosixSignal signal in _signals.ReadAsync(pause.Token))
            {
                if (signal is PosixSignal.SIGTERM or PosixSignal.SIGINT)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        return cancel.IsCancellationRequested;
    }

    /// <param name="before">This process's node of before, which answers until the new one does.</param>
    /// <param name="problem">What keeps it from starting already; it is told with all else that does.</param>
    /// <returns>Null at the end; else what is to serve again.</returns>
    private async Task<Yielded?> ServeAsync(Takeover? takeover, ListenSockets sockets, Yielded? before, DemoEndpoints? endpoints, CancellationToken cancel, string? problem = null)
    {
        // Zones may take their time, and a file system may never answer: who stops the node does not wait for that.
        Task<Node> starting = Task.Run(() => Node.StartAsync(_options, _host.Time, _loggers, cancel, sockets, takeover, problem), cancel);
        if (before is null && await Task.WhenAny(starting, _signals.Stop) != starting)
        {
            return null;
        }

        Node node = await starting;
        Yielded? yielded = null;
        try
        {
            yielded = await ServeAsync(node, takeover, sockets, before, endpoints, cancel);
            return yielded;
        }
        finally
        {
            if (yielded is null)
            {
                await node.DisposeAsync();
            }
        }
    }

    private async Task<Yielded?> ServeAsync(Node node, Takeover? takeover, ListenSockets sockets, Yielded? before, DemoEndpoints? endpoints, CancellationToken cancel)
    {
        await using AdminServer admin = await AdminServer.StartAsync(node, _host.Time, _loggers, cancel, sockets);
        sockets.CloseUnused();
        Task leaving = before?.LeaveAsync() ?? Task.CompletedTask;
        ListenSockets? kept = null;
        using HandoverListener? handover = HandoverListener.TryOpen(_options, sockets, node.Save, YieldAsync, _manager.HandOver, _host.Time, _loggers);
        if (takeover is not null)
        {
            await takeover.DoneAsync(cancel);
        }

        await AnnounceAsync(node, admin, endpoints, _host);
        End end = await UntilEndAsync(node, handover, cancel);
        if (end == End.Stopped)
        {
            _manager.Stopping();
        }

        await leaving;
        if (end == End.Again)
        {
            return new Yielded(node, kept!);
        }

        kept?.CloseUnused();
        if (end == End.TakenOver)
        {
            await node.LeaveAsync();
            return null;
        }

        if (kept is null)
        {
            handover?.Remove();
        }

        await node.StopAsync();
        await admin.StopAsync();
        return null;

        // What is asked of the admin port meanwhile waits for the successor.
        async Task YieldAsync(SuccessorName successor)
        {
            kept = sockets.Duplicate();
            await admin.StopAsync();
            await node.YieldAsync(successor);
        }
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

    /// <summary>Until told to stop, or taken over. SIGHUP reads zones and geodata again, SIGUSR2 starts a successor.</summary>
    private async Task<End> UntilEndAsync(Node node, HandoverListener? handover, CancellationToken cancel)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task transitions = _options.Demo ? PrintTransitionsAsync(node, _host, stopping.Token) : Task.CompletedTask;
        Task<bool> handing = handover?.WaitAsync(stopping.Token) ?? new TaskCompletionSource<bool>().Task;
        var supervision = new NodeSupervision(_manager, node, _host.Time, _loggers.CreateLogger<NodeSupervision>());
        Task supervised = supervision.RunAsync(stopping.Token), obeying = ObeyAsync(node, supervision, stopping.Token);
        await Task.WhenAny(handing, obeying);
        End end = !handing.IsCompletedSuccessfully ? End.Stopped : await handing ? End.TakenOver : End.Again;
        await stopping.CancelAsync();
        await obeying;
        await transitions;
        await supervised;
        return end;
    }

    /// <summary>Until SIGTERM or SIGINT. Whoever cancels wants the same.</summary>
    private async Task ObeyAsync(Node node, NodeSupervision supervision, CancellationToken cancel)
    {
        ILogger logger = _loggers.CreateLogger<NodeRun>();
        Task reloading = Task.CompletedTask;
        try
        {
            await foreach (PosixSignal signal in _signals.ReadAsync(cancel))
            {
                switch (signal)
                {
                    case PosixSignal.SIGHUP:
                        reloading = ReloadAsync(reloading);
                        break;
                    case SignalUser2:
                        Successor.Start(logger);
                        break;
                    default:
                        return;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        // One after the other, and a signal to stop waits for none of them.
        async Task ReloadAsync(Task before)
        {
            try
            {
                await before;
                await supervision.ReloadAsync(() => node.ReloadAsync(nameof(PosixSignal.SIGHUP), cancel));
            }
            catch (OperationCanceledException)
            {
            }
        }
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

    private static partial class Log
    {
        [LoggerMessage(248, LogLevel.Warning, "This node keeps its state in {Directory}: {Usual} is another node's, which was started in this folder before. Choose with --state")]
        public static partial void StateBeside(ILogger logger, string directory, string usual);
    }

    /// <summary>A node that had given its place away: it answers, and does nothing else.</summary>
    /// <param name="sockets">Its own, once more.</param>
    private sealed class Yielded(Node node, ListenSockets sockets)
    {
        public ListenSockets Sockets => sockets;

        public bool HasLeft { get; private set; }

        public async Task LeaveAsync()
        {
            HasLeft = true;
            sockets.CloseUnused();
            await node.LeaveAsync();
            await node.DisposeAsync();
        }
    }

    /// <summary>SIGTERM, SIGINT, SIGHUP and SIGUSR2 as a sequence, from the first moment of the process on.</summary>
    private sealed class SignalWatch : IDisposable
    {
        private readonly Channel<PosixSignal> _signals = Channel.CreateUnbounded<PosixSignal>();
        private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly PosixSignalRegistration[] _registrations;

        public SignalWatch() => _registrations = [Register(PosixSignal.SIGTERM), Register(PosixSignal.SIGINT), Register(PosixSignal.SIGHUP),
            .. OperatingSystem.IsLinux() ? (PosixSignalRegistration[])[Register(SignalUser2)] : []];

        /// <summary>Ends with the first signal to stop.</summary>
        public Task Stop => _stop.Task;

        public IAsyncEnumerable<PosixSignal> ReadAsync(CancellationToken cancel) => _signals.Reader.ReadAllAsync(cancel);

        public void Dispose() => Array.ForEach(_registrations, r => r.Dispose());

        private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            _signals.Writer.TryWrite(signal);
            if (signal is PosixSignal.SIGTERM or PosixSignal.SIGINT)
            {
                _stop.TrySetResult();
            }
        });
    }
}
