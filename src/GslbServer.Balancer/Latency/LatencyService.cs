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

    public LatencyService(Settings settings, LatencyIntake intake, AssociationJoiner joiner, BeaconGuard guard, GlobalLayer layer, TimeProvider time)
    {
        BalancerOptions options = settings.Options;
        (_intake, _joiner, _guard, _layer, _time) = (intake, joiner, guard, layer, time);
        Regions = RegionsOf(options);
        Collector = new LatencyCollector(options.Writer, Regions, new LatencyOptions { AcceptPrivate = options.Latency.IncludePrivate });
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
            await Task.WhenAll(CollectAsync(stoppingToken), _joiner.RunAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The balancer stops.
        }
    }

    private async Task CollectAsync(CancellationToken stoppingToken)
    {
        uint epoch = _layer.Feed.Epoch;
        using var timer = new PeriodicTimer(LookEvery, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            TimeSpan now = _time.GetElapsedTime(0);
            while (_intake.TryTake(out LatencySample sample)) Collector.Add(sample, now);
            while (_joiner.TryTake(out Client resolver, out Client client)) Collector.AddResolverUse(resolver, client);
            if (_layer.Feed.Epoch == epoch) continue;
            _layer.Feed.Publish(Collector.CloseEpoch(epoch, now));
            _guard.StartEpoch();
            epoch = _layer.Feed.Epoch;
        }
    }
}
