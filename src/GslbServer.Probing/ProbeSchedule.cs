using System.Collections.Immutable;
using System.Net;
using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.Probing;

/// <summary>Probes every monitor of the present topology at its cadence: one Quartz trigger per cadence, async fan-out with a fixed phase per monitor, no check
/// waiting for another. After the first failure it confirms within half a second.</summary>
public sealed class ProbeSchedule : IAsyncDisposable
{
    /// <summary>From the end of a failed probe to the next one, while the monitor is up but falling.</summary>
    private static readonly TimeSpan ConfirmAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>New monitors begin this far apart, so that 5,000 of them take one second.</summary>
    private static readonly TimeSpan NewcomerEvery = TimeSpan.FromMilliseconds(0.2);

    /// <summary>Probes under way at once, each with a socket. Half of 5,000 checks hanging to the end of their timeouts stay below it.</summary>
    private const int AtOnce = 4096;

    private readonly string _node;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ProbeRunner _runner;
    private readonly Cadences _cadences;
    private readonly ObservationFeed _feed;
    private readonly ScheduleLag _lag;
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _applying = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile ProbePlan? _plan;
    private volatile bool _started, _firstRoundComplete;
    private Task _telling = Task.CompletedTask;
    private int _underWay, _stopped;

    /// <param name="node">This vantage's name: part of each monitor's phase, so that nodes do not probe in step.</param>
    /// <param name="execDirectory">Where CHECK exec commands must live; null refuses them.</param>
    /// <param name="observed">Called on a background thread with everything this vantage sees, whenever a probe changed any of it in a way that matters (verdict,
    /// first failure, settled), and at least each second.</param>
    public ProbeSchedule(string node, string? execDirectory, TimeProvider time, ILogger<ProbeSchedule> logger, Action<IReadOnlyList<Observation>> observed)
        : this(node, time, logger, observed, ProbeKinds.All(execDirectory), new HostAddresses(time, Dns.GetHostAddressesAsync))
    {
    }

    internal ProbeSchedule(string node, TimeProvider time, ILogger<ProbeSchedule> logger, Action<IReadOnlyList<Observation>> observed, Func<CheckKind, IProbe> probes,
        HostAddresses hosts)
    {
        _node = node;
        _time = time;
        _logger = logger;
        _runner = new(probes, hosts, time);
        _cadences = new(time, BeginRound);
        _feed = new(time, logger, Observations, observed);
        _lag = new(time);
    }

    /// <summary>Every monitor of the present topology has been probed once since it came. False before the first <see cref="Apply"/>.</summary>
    public bool FirstRoundComplete
    {
        get
        {
            if (!_firstRoundComplete && _plan is { } plan && plan.Watches.All(w => w.Probed))
                _firstRoundComplete = ReferenceEquals(plan, _plan);
            return _firstRoundComplete;
        }
    }

    /// <summary>The longest delay of a probe or a deadline over the last five to ten seconds. Above a check's cadence this vantage should not be believed.</summary>
    public TimeSpan Lag => _lag.Longest;

    public async Task StartAsync(CancellationToken cancel)
    {
        await _cadences.StartAsync(cancel).ConfigureAwait(false);
        _telling = Task.Run(() => _feed.RunAsync(_stop.Token), CancellationToken.None);
        lock (_applying)
        {
            _started = true;
            if (_plan is { } plan)
                Begin(plan);
        }
    }

    /// <summary>Takes over a new topology: monitors that stay (by key) keep their counters, new ones are probed at once, gone ones end.</summary>
    /// <param name="known">Observations from before a restart: a starting point for monitors that have none yet.</param>
    public void Apply(Topology topology, IReadOnlyList<Observation>? known = null)
    {
        lock (_applying)
        {
            ProbePlan plan = ProbePlan.Make(topology, _node, _plan ?? ProbePlan.Empty, known ?? []);
            _plan = plan;
            _firstRoundComplete = false;
            if (_started)
                Begin(plan);
        }
        _feed.News();
    }

    /// <summary>Ends all probes; none under way is counted.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _cadences.DisposeAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(false);
        if (Volatile.Read(ref _underWay) > 0)
        {
            // A probe that does not heed cancellation must not hold up the node's end.
            await Task.WhenAny(_idle.Task, Task.Delay(TimeSpan.FromSeconds(1), _time)).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private Observation[] Observations() => _plan is { } plan ? Array.ConvertAll([.. plan.Watches], w => w.Observation) : [];

    private void Begin(ProbePlan plan)
    {
        ImmutableArray<Watch> newcomers = [.. plan.Watches.Where(w => w.ClaimFirst()).OrderBy(w => w.Phase)];
        if (newcomers.Length > 0)
            _ = WelcomeAsync(newcomers);
        _ = SetCadencesAsync(plan);
    }

    private async Task SetCadencesAsync(ProbePlan plan)
    {
        try
        {
            await _cadences.SetAsync(plan.Cadences.Keys).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ScheduleLog.CadencesFailed(_logger, e);
        }
    }

    /// <summary>The first probe of each, as soon as can be without a burst.</summary>
    private async Task WelcomeAsync(ImmutableArray<Watch> newcomers)
    {
        long start = _time.GetTimestamp();
        for (int i = 0; i < newcomers.Length; i++)
        {
            if (i % 50 == 49 && i * NewcomerEvery - _time.GetElapsedTime(start) is var wait && wait > TimeSpan.Zero && !await WaitAsync(wait).ConfigureAwait(false))
                return;
            Probe(newcomers[i]);
        }
    }

    /// <summary>One round of a cadence, spread over its period.</summary>
    /// <param name="late">How late the round itself began.</param>
    private void BeginRound(TimeSpan period, TimeSpan late)
    {
        if (_plan is { } plan && plan.Cadences.TryGetValue(period, out ImmutableArray<Slot> slots))
            _ = RoundAsync(slots, period, _time.GetTimestamp(), late);
    }

    private async Task RoundAsync(ImmutableArray<Slot> slots, TimeSpan period, long start, TimeSpan late)
    {
        foreach (Slot slot in slots)
        {
            TimeSpan wait = slot.Offset - late - _time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero && !await WaitAsync(wait).ConfigureAwait(false))
                return;
            TimeSpan lag = late + _time.GetElapsedTime(start) - slot.Offset;
            _lag.Record(lag);
            if (lag > period / 2)
            {
                // Probing all that was missed at once would only make it worse; the next round comes soon.
                ScheduleLog.RoundLeftOut(_logger, lag.TotalMilliseconds);
                return;
            }
            foreach (Watch watch in slot.Watches)
                Probe(watch);
        }
    }

    private async Task<bool> WaitAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _time, _stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Begins a probe unless one of this watch is still under way.</summary>
    private void Probe(Watch watch)
    {
        if (_stop.IsCancellationRequested || !watch.TryStart())
            return;
        Interlocked.Increment(ref _underWay);
        _ = Task.Run(() => ProbeAsync(watch));
    }

    private async Task ProbeAsync(Watch watch)
    {
        bool again = false;
        try
        {
            long due = _time.GetTimestamp();
            await _places.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                _lag.Record(_time.GetElapsedTime(due));
                again = Count(watch, await _runner.RunAsync(watch.Present, watch.Timeout, _stop.Token).ConfigureAwait(false));
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; what was under way says nothing.
        }
        finally
        {
            watch.Finish();
            if (Interlocked.Decrement(ref _underWay) == 0 && _stop.IsCancellationRequested)
                _idle.TrySetResult();
        }
        TimeSpan every = watch.Present.Check.Every;
        if (again && await WaitAsync(every < ConfirmAfter ? every : ConfirmAfter).ConfigureAwait(false))
            Probe(watch);
    }

    /// <returns>Whether to ask again soon.</returns>
    private bool Count(Watch watch, ProbeRunner.Run run)
    {
        if (watch.Ended)
            return false;
        if (run.RoundTrip is { } roundTrip)
            watch.Learn(roundTrip);
        string key = watch.Present.Monitor.Key;
        if (run.Overdue > TimeSpan.Zero)
        {
            _lag.Record(run.Overdue);
            ScheduleLog.NodeWasLate(_logger, key, run.Overdue.TotalMilliseconds);
            return true;
        }
        (JudgeState before, JudgeState after) = watch.Count(run.Result, run.RoundTrip);
        if (after.Verdict != before.Verdict && after.Verdict == Verdict.Down)
            ScheduleLog.WentDown(_logger, key, run.Result.Detail);
        else if (after.Verdict != before.Verdict && before.Verdict == Verdict.Down)
            ScheduleLog.CameUp(_logger, key, run.Result.Detail);
        if (HealthJudge.IsNews(before, after, watch.Present.Check.Rise))
            _feed.News();
        return HealthJudge.IsFalling(after);
    }
}
