using System.Collections.Immutable;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The life of measured latency in a node: at the end of each epoch it tells what it measured, hears what the others did, decides the map that all decide, and
/// puts it in force. What goes wrong leaves the last good map in force.</summary>
internal sealed partial class LatencyLoop
{
    /// <summary>How long rows of others are waited for, of an epoch at most a tenth.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Look-ups of beacon names told in one round of a quarter of a second.</summary>
    private const int MostLookUps = 64;

    private readonly NodeLatencyOptions _settings;
    private readonly LatencyFeed _feed;
    private readonly Func<StateMode> _mode;
    private readonly Func<SteeringPlan> _plan;
    private readonly Func<LatencyMap, LatencyExploration, CancellationToken, Task> _use;
    private readonly Counters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _node;
    private Task<LatencyRows?>? _last;
    private uint? _closed;
    private (uint Epoch, TimeSpan At)? _toDecide;
    private volatile LatencyMap _map = LatencyMap.Empty;
    private volatile LatencyExploration _exploration = LatencyExploration.None;
    private long _failures;

    /// <param name="mode">Of the shared state: while others are not heard, nothing is explored, and the map in force is held.</param>
    /// <param name="plan">What is steered by now.</param>
    /// <param name="use">Puts a map in force.</param>
    public LatencyLoop(NodeOptions options, LatencyFeed feed, Func<StateMode> mode, Func<SteeringPlan> plan, Counters counters, Func<LatencyMap, LatencyExploration, CancellationToken, Task> use,
        TimeProvider time, ILogger<LatencyLoop> logger)
    {
        _settings = options.Latency;
        _node = options.Node;
        _feed = feed;
        _mode = mode;
        _plan = plan;
        _counters = counters;
        _use = use;
        _time = time;
        _logger = logger;
        Meter = new LatencyMeter(options);
        Solicitor = options.Latency.Solicit && options.Region is not null ? new Solicitor() : null;
        Solicitor?.MoveOn(time.Now());
        Imported = new ImportedTable(Path.Combine(options.StateDirectory, "latency-import.rows"), time);
    }

    public LatencyMeter Meter { get; }

    /// <summary>Null when resolvers are not to be asked over, or this node does not know which region it would measure.</summary>
    public Solicitor? Solicitor { get; }

    public ImportedTable Imported { get; }

    /// <summary>In force.</summary>
    public LatencyMap Map => _map;

    /// <summary>Regions tried by answers now.</summary>
    public LatencyExploration Exploration => _exploration;

    /// <summary>Epochs whose map could not be decided or put in force.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Since the end of the epoch that the map in force tells of; null without a map.</summary>
    public TimeSpan? MapAge => _map.IsEmpty ? null : AgeOf(_map);

    /// <summary>When what was measured or imported just now is decided by at the latest.</summary>
    public TimeSpan UntilDecided => TimeSpan.FromSeconds(((Epoch + 1L) * (long)_settings.Epoch.TotalSeconds) - _time.GetUtcNow().ToUnixTimeSeconds()) + Wait;

    private uint Epoch => _feed.Epoch;

    private TimeSpan Wait => TimeSpan.FromTicks(Math.Min(Grace.Ticks, _settings.Epoch.Ticks / 10));

    /// <summary>Before anything is served: what the last run knew.</summary>
    /// <param name="use">Puts a map in force.</param>
    public void Restore(Action<LatencyMap, LatencyExploration> use)
    {
        if (Imported.Load() is { } problem)
            Log.NotRestored(_logger, problem);
        if (_feed.Map is not { } saved)
            return;
        try
        {
            LatencyExploration exploration = ExplorationOf(saved);
            use(saved, exploration);
            (_map, _exploration) = (saved, exploration);
        }
        catch (GeoDataException e)
        {
            Log.NotRestored(_logger, e.Message);
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        _closed = Epoch - 1;
        _last = _feed.ReadLastAsync(_node, cancel);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                await TickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task TickAsync(CancellationToken cancel)
    {
        try
        {
            ImmutableArray<LatencyRegion> regions = LatencyRegion.Of(_plan().Topology);
            if (_last is { IsCompleted: true } last)
            {
                _last = null;
                if (last.IsCompletedSuccessfully && last.Result is { } told)
                    Meter.Restore(told, regions, _time.Now());
            }

            Meter.Drain(regions, _time.Now());
            Solicitor?.MoveOn(_time.Now(), isPaused: _mode() != StateMode.Fresh);
            await TellLookUpsAsync(cancel);
            uint ended = Epoch - 1;
            if (ended != _closed)
            {
                _closed = ended;
                _toDecide = (ended, _time.Now() + Wait);
                _feed.Publish(Imported.AddTo(Meter.CloseEpoch(ended, regions, _time.Now())));
            }

            if (_toDecide is { } due && _time.Now() >= due.At)
            {
                _toDecide = null;
                // Alone it would decide by its own measurements, and each node differently.
                if (_mode() is StateMode.Fresh or StateMode.Stale)
                    await DecideAsync(due.Epoch, regions, cancel);
            }

            if (_feed.Map is { } shared && shared.Hash != _map.Hash && shared.Epoch >= _map.Epoch)
                await TakeAsync(shared, cancel);
            else if (_exploration.PrefixCount > 0 && !MayExplore(_map))
                await TakeAsync(_map, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Whatever it was, answers go on by the last good map, and the next epoch is a new chance.
            Interlocked.Increment(ref _failures);
            Log.Failed(_logger, e);
        }
    }

    /// <summary>A flood of made-up names fills rings and is forgotten there; what is told stays little.</summary>
    private async Task TellLookUpsAsync(CancellationToken cancel)
    {
        var told = new List<Task>();
        foreach (CounterBlock block in _counters.Blocks)
        {
            while (told.Count < MostLookUps && block.LookUps.TryTake(out string nonce, out Client resolver, out Client subnet))
            {
                bool hasSubnet = subnet.PrefixLength > 0;
                told.Add(_feed.TryWriteAssociationAsync(nonce, new Association(resolver.ToAddress(), hasSubnet ? $"{subnet.ToAddress()}/{subnet.PrefixLength}" : ""), cancel));
            }
        }

        if (told.Count > 0)
            await Task.WhenAll(told);
    }

    private async Task DecideAsync(uint epoch, ImmutableArray<LatencyRegion> regions, CancellationToken cancel)
    {
        LatencyMap before = _feed.Map is { } shared && shared.Epoch >= _map.Epoch ? shared : _map;
        LatencyMap next = LatencyDecider.Decide(before, epoch, regions, _feed.TablesUpTo(epoch), _plan().Geo, Meter.Options);
        if (next.Hash == before.Hash)
            return;
        await _feed.TryPutMapAsync(next, cancel);
    }

    private async Task TakeAsync(LatencyMap map, CancellationToken cancel)
    {
        LatencyExploration exploration = ExplorationOf(map);
        await _use(map, exploration, cancel);
        (_map, _exploration) = (map, exploration);
        Log.InForce(_logger, map.Epoch, map.Hash, map.PrefixCount, map.Moves);
    }

    private LatencyExploration ExplorationOf(LatencyMap map) => MayExplore(map) ? LatencyExploration.Of(map, _settings.Epoch) : LatencyExploration.None;

    /// <summary>A map that no other follows would try the same regions for ever.</summary>
    private bool MayExplore(LatencyMap map) => _settings.Explore && AgeOf(map) < LatencyExploration.Slot + _settings.Epoch;

    private TimeSpan AgeOf(LatencyMap map) => _time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds((map.Epoch + 1L) * (long)_settings.Epoch.TotalSeconds);

    private static partial class Log
    {
        [LoggerMessage(301, LogLevel.Information, "Latency map of epoch {Epoch}, {Hash}: {Prefixes} prefixes, {Moves} moved")]
        public static partial void InForce(ILogger logger, uint epoch, string hash, int prefixes, int moves);

        [LoggerMessage(302, LogLevel.Error, "No latency map could be decided or put in force; the last good one stays")]
        public static partial void Failed(ILogger logger, Exception e);

        [LoggerMessage(303, LogLevel.Warning, "{Problem}")]
        public static partial void NotRestored(ILogger logger, string problem);
    }
}
