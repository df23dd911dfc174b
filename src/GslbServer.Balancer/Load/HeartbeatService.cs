using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>Tells the DNS nodes each second how this balancer is: whether it serves and how full it is; at once when it begins to drain, and when it ends. Runs only where the
/// balancer has joined the global layer.</summary>
internal sealed class HeartbeatService(GlobalLayer layer, ServingState state, HealthView health, BackendsView backends, RequestCounters counters, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), FarewellDeadline = TimeSpan.FromMilliseconds(700);

    private readonly long _boot = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly LoadMeter _meter = new();
    private long _sequence, _written, _failed;

    /// <summary>What was told last; null before the first.</summary>
    public BalancerLoad? Last { get; private set; }

    public long Written => Volatile.Read(ref _written);

    /// <summary>Of a store that is away its other user warns.</summary>
    public long Failed => Volatile.Read(ref _failed);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // What has just started knows nothing yet: silence is no news, and a hasty word would take the region down.
                if (Last is not null || health.Readiness().Status != HealthReport.Starting) await TellAsync(isLeaving: false, stoppingToken);
                Task pause = Task.Delay(Interval, time, stoppingToken);
                await (state.Draining ? pause : Task.WhenAny(pause, state.DrainStarted));
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            await SayFarewellAsync();
        }
    }

    private async Task SayFarewellAsync()
    {
        if (Last is null) return;
        using var deadline = new CancellationTokenSource(FarewellDeadline, time);
        await TellAsync(isLeaving: true, deadline.Token);
    }

    /// <summary>Throws only when the balancer stops.</summary>
    private async Task TellAsync(bool isLeaving, CancellationToken cancel)
    {
        Last = Measure(isLeaving);
        try
        {
            await layer.Heartbeats.WriteAsync(Last, cancel);
            Interlocked.Increment(ref _written);
        }
        catch (Exception) when (isLeaving || !cancel.IsCancellationRequested)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    private BalancerLoad Measure(bool isLeaving)
    {
        BalancerOptions options = state.Settings.Options;
        LoadFigures figures = _meter.Add(Sample());
        ClusterHealth[] clusters = health.Clusters();
        bool isDraining = state.Draining || isLeaving;
        return new BalancerLoad(options.RegionLabel, $"{options.Writer}-{_boot:x}", _boot, ++_sequence, Serving: !isDraining && health.Health().Serves, isDraining, isLeaving,
            clusters.Sum(cluster => cluster.Live), clusters.Sum(cluster => cluster.Total), figures.InFlight, figures.Rps, options.Capacity,
            Utilisation.Of(figures, options, Environment.ProcessorCount), figures.Errors, figures.P50Ms, figures.P99Ms, ProgramVersion.Text)
        {
            Backends = backends.Told(),
        };
    }

    private LoadSample Sample() => new(time.GetElapsedTime(0), counters.All.Answers.Total, counters.All.Answers.ServerErrors, counters.InFlight, counters.All.Durations.Counts,
        Environment.CpuUsage.TotalTime);
}
