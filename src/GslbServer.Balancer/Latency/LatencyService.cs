using System.Collections.Immutable;
using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>Owns what this balancer knows of round trips, and tells it at the end of each epoch. Runs only where the balancer has joined the global layer.</summary>
internal sealed class LatencyService : BackgroundService
{
    /// <summary>This region among those that samples may name; those of the beacon follow.</summary>
    public const int OwnRegion = 0;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly LatencyIntake _intake;
    private readonly AssociationJoiner _joiner;
    private readonly BeaconGuard _guard;
    private readonly GlobalLayer _layer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>What an earlier run of this balancer told; null once it is taken over.</summary>
    private Task<LatencyRows?>? _last;

    public LatencyService(Settings settings, LatencyIntake intake, AssociationJoiner joiner, BeaconGuard guard, GlobalLayer layer, TimeProvider time,
        ILogger<LatencyService> logger)
    {
        BalancerOptions options = settings.Options;
        (_intake, _joiner, _guard, _layer, _time, _logger) = (intake, joiner, guard, layer, time, logger);
        Regions = RegionsOf(options);
        Collector = new LatencyCollector(options.Writer, Regions, LatencyOptions.Default with { AcceptPrivate = options.Latency.IncludePrivate, Epoch = options.Latency.Epoch });
    }

    /// <summary>Labels: this region, then the beacon's.</summary>
    public ImmutableArray<string> Regions { get; }

    /// <summary>Touched by this service alone; its counts may be read by anybody.</summary>
    public LatencyCollector Collector { get; }

    public static ImmutableArray<string> RegionsOf(BalancerOptions options) =>
        [.. options.Beacon.Targets.Select(target => target.Region).Prepend(options.RegionLabel).Distinct(StringComparer.Ordinal)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _layer.Feed.StartAsync(stoppingToken);
            _last = _layer.Feed.ReadLastAsync(Collector.Writer, stoppingToken);
            await Task.WhenAll(CollectAsync(stoppingToken), _joiner.RunAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The balancer stops.
        }
    }

    /// <summary>Whatever goes wrong with round trips, clients are served: it is told, and the next round tries again.</summary>
    private async Task CollectAsync(CancellationToken stoppingToken)
    {
        uint epoch = _layer.Feed.Epoch;
        using var timer = new PeriodicTimer(LookEvery, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                epoch = Collect(epoch);
            }
            catch (Exception error)
            {
                Log.CollectingFailed(_logger, error);
            }
        }
    }

    /// <returns>The present epoch.</returns>
    private uint Collect(uint epoch)
    {
        TimeSpan now = _time.GetElapsedTime(0);
        Restore(now);
        while (_intake.TryTake(out LatencySample sample)) Collector.Add(sample, now);
        while (_joiner.TryTake(out Client resolver, out Client client)) Collector.AddResolverUse(resolver, client);
        uint present = _layer.Feed.Epoch;
        if (present == epoch) return epoch;
        _guard.StartEpoch();
        _layer.Feed.Publish(Collector.CloseEpoch(epoch, now));
        return present;
    }

    /// <summary>A restart begins where the run before ended; else its small table would take the place of a full one.</summary>
    private void Restore(TimeSpan now)
    {
        if (_last is not { IsCompleted: true } last) return;
        _last = null;
        if (!last.IsCompletedSuccessfully || last.Result is not { } told) return;
        Collector.Restore(told, now);
        Log.Restored(_logger, told.Rows.Length);
    }
}
