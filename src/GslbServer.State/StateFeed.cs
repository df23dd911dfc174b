using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.State;

/// <summary>What this node knows of the others, kept fresh in the background and never waited for: polls every store each second, reads at once on a hint, writes
/// this node's report, spreads overrides to all stores and to disk, and re-adds those that a store has lost.</summary>
public sealed partial class StateFeed : IAsyncDisposable
{
    /// <summary>Full state is read this often in calm and in disaster alike, and this node's report written.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Hints and changes that come closer together than this are answered by one round.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(5), FrozenAfter = TimeSpan.FromSeconds(60), FarewellDeadline = TimeSpan.FromMilliseconds(700);

    private readonly SharedState _shared;
    private readonly StoreLink[] _links;
    private readonly DiskCopy _disk;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Wakeup _housekeeping = new();
    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _ticks;
    private Task _work = Task.CompletedTask;
    private volatile bool _remembers, _leavesSilently;
    private int _stopped;

    /// <param name="stores">The first is this node's own. Empty: this process alone. The feed disposes of them.</param>
    /// <param name="disk">Last known state; null keeps nothing.</param>
    public StateFeed(NodeIdentity self, IReadOnlyList<IStateStore> stores, DiskState? disk, TimeProvider time, ILogger<StateFeed> logger)
    {
        _time = time;
        _logger = logger;
        _shared = new SharedState(self, time);
        _disk = new DiskCopy(disk, _shared, stores.Count > 0, logger);
        _links = [.. stores.Select((store, i) => new StoreLink(store, i == 0, _shared, logger, Absorbed))];
    }

    /// <summary>Raised on a background thread when a merge could come out differently.</summary>
    public event Action? Changed;

    /// <summary>The monotonic clock of <see cref="VantageView.LastAdvanced"/>, to be passed to <see cref="HealthMerge"/>.</summary>
    public TimeSpan Now => _shared.Now;

    /// <summary>All vantages heard of, this node's own first. Cheap; a fresh immutable list.</summary>
    public IReadOnlyList<VantageView> Vantages => _shared.Vantages;

    /// <summary>Balancers heard of, fresh or not; a fresh immutable list.</summary>
    public IReadOnlyList<BalancerView> Balancers => _shared.Balancers;

    /// <summary>When a store was last read: who is silent since then may only not be heard. Now, where none ever was.</summary>
    public TimeSpan HeardUntil => _shared.HeardUntil;

    /// <summary>All overrides known, tombstones included.</summary>
    public IReadOnlyList<OperatorOverride> Overrides => _shared.Overrides;

    /// <summary>Per store: name, whether the last read was in time, how long ago the last good one was, what failed.</summary>
    public IReadOnlyList<StoreStatus> Stores => [.. _links.Select(link => link.Status)];

    public StateMode Mode
    {
        get
        {
            TimeSpan age = _links.Length == 0 ? TimeSpan.Zero : _links.Min(link => link.Status.SinceLastRead);
            return age < StaleAfter ? StateMode.Fresh
                : !_remembers && !_links.Any(link => link.WasEverRead) ? StateMode.Safe
                : age < FrozenAfter ? StateMode.Stale : StateMode.Frozen;
        }
    }

    /// <summary>Loads the disk copy and starts the background work. Does not wait for any store.</summary>
    public Task StartAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _remembers = _disk.Load();
        foreach (StoreLink link in _links)
            link.Store.Hinted += link.Wakeup.Call;
        _work = Task.WhenAll([.. _links.Select(link => LoopAsync(link.Wakeup, token => link.RoundAsync(Interval, token))), LoopAsync(_housekeeping, HousekeepAsync)]);
        _ticks = _time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, Interval);
        return Task.CompletedTask;
    }

    /// <summary>Another process takes this one's place: what is known goes to disk, and from now on nothing is written, neither there nor to a store. What others say is still heard.</summary>
    /// <param name="farewell">The other one has another name: this one leaves when it stops.</param>
    public void FallSilent(bool farewell)
    {
        _disk.SaveNow();
        _disk.SaveOverrides();
        _disk.Close();
        _leavesSilently = !farewell;
        foreach (StoreLink link in _links)
            link.IsSilent = true;
    }

    /// <summary>Writes what is known to disk now.</summary>
    public void Save() => _disk.SaveNow();

    /// <summary>Announces that this node leaves, then stops; at most one second. Nothing where it was never started.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        // One that never began knows nothing that should be kept, and leaves nobody.
        if (_ticks is null)
            return;
        await _ticks.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (StoreLink link in _links)
            link.Store.Hinted -= link.Wakeup.Call;
        await _work.ConfigureAwait(false);
        await SayFarewellAsync().ConfigureAwait(false);
        _disk.SaveNow();
    }

    /// <summary>Replaces what this node observes; in force locally at once, written to the stores with the next report.</summary>
    /// <param name="lag">How late its probes lately were: <see cref="VantageReport.Lag"/>.</param>
    public void Observe(IReadOnlyList<Observation> observations, TimeSpan lag = default)
    {
        bool matters = _shared.Observe(observations, out bool isNews, lag);
        if (isNews && _links.Length > 0)
            _links[0].Wakeup.Call();
        if (matters)
            RaiseChanged();
    }

    /// <summary>What was known of health when this node last ran, as of its start; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<RememberedHealth> Remembered => _disk.Remembered;

    /// <summary>What is now known of health, to be on disk soon.</summary>
    public void Remember(Topology topology, HealthTable health) => _disk.Remember(topology, health);

    /// <summary>What this node steers by, for its report.</summary>
    public void Describe(string topologyHash, string zoneHash, string geoHash, string appliedRevision, string? latencyHash = null) =>
        _shared.Describe(topologyHash, zoneHash, geoHash, appliedRevision, latencyHash);

    /// <summary>What this node takes the prices of regions to be, for its report.</summary>
    public void Vote(IReadOnlyList<PriceVote> prices) => _shared.Vote(prices);

    /// <summary>What this node saw of drills, for its next report.</summary>
    public void Note(IReadOnlyList<DrillNotes> drills) => _shared.Note(drills);

    /// <summary>Takes an operator's decision: stamped with a revision above all known, in force here at once, on disk before this returns, and in every store that
    /// can be reached within its deadline. The result names stores that could not.</summary>
    public async Task<OverrideReceipt> PutAsync(OperatorOverride value, CancellationToken cancel)
    {
        OperatorOverride stored = _shared.Put(value);
        RaiseChanged();
        bool onDisk = _disk.SaveOverrides();
        bool[] reached = await Task.WhenAll(_links.Select(link => link.TryWriteAsync(stored, cancel))).ConfigureAwait(false);
        return new OverrideReceipt(stored, [.. _links.Where((_, i) => !reached[i]).Select(link => link.Store.Name)], onDisk);
    }

    /// <summary>Counts out, on every node, one that died without a word; without this it is counted among the vantages for a day. One that lives after all is
    /// heard again with its next report.</summary>
    /// <returns>False where no such node is known, or no store could be told.</returns>
    public async Task<bool> ForgetAsync(string node, CancellationToken cancel)
    {
        if (_shared.Forget(node) is not { } farewell)
            return false;
        RaiseChanged();
        bool[] reached = await Task.WhenAll(_links.Select(link => link.TryWriteAsync(farewell, cancel))).ConfigureAwait(false);
        return reached.Contains(true);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        foreach (StoreLink link in _links)
            await link.Store.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Tick()
    {
        foreach (StoreLink link in _links)
            link.Wakeup.Call();
        _housekeeping.Call();
    }

    private Task LoopAsync(Wakeup wakeup, Func<CancellationToken, Task> round) => wakeup.LoopAsync(
        async stopping =>
        {
            await round(stopping).ConfigureAwait(false);
            await Task.Delay(Debounce, _time, stopping).ConfigureAwait(false);
        },
        _stopping.Token);

    private Task HousekeepAsync(CancellationToken cancel)
    {
        if (_shared.Age(out bool prunedOverrides))
            RaiseChanged();
        if (prunedOverrides)
            _disk.SaveOverrides();
        _disk.SaveWhenDue();
        return Task.CompletedTask;
    }

    private void Absorbed(Absorbed news)
    {
        if (news.Matters)
            RaiseChanged();
        if (news.NewOverrides)
            _disk.SaveOverrides();
    }

    private async Task SayFarewellAsync()
    {
        if (_links.Length == 0 || _leavesSilently)
            return;
        using var deadline = new CancellationTokenSource(FarewellDeadline, _time);
        try
        {
            await _links[0].Store.WriteReportAsync(_shared.Leave(), announce: true, deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            Log.NoFarewell(_logger, _links[0].Store.Name);
        }
    }

    private void RaiseChanged()
    {
        try
        {
            Changed?.Invoke();
        }
        catch (Exception e)
        {
            // A listener's fault must not end the loop that keeps this node informed.
            Log.ListenerFailed(_logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Information, "State store {Store} was not told that this node leaves; the others notice by its silence")]
        public static partial void NoFarewell(ILogger logger, string store);

        [LoggerMessage(11, LogLevel.Error, "A listener to changes of state failed")]
        public static partial void ListenerFailed(ILogger logger, Exception e);
    }
}
