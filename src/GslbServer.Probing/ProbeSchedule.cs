using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using GslbServer.Steering;
using Microsoft.Extensions.Logging;

namespace GslbServer.Probing;

/// <summary>Probes every monitor of the present topology at its cadence: one Quartz trigger per cadence, async fan-out with a fixed phase per monitor, no check
/// waiting for another. After the first failure it confirms within half a second.</summary>
public sealed class ProbeSchedule : IAsyncDisposable
{
    private readonly string _node;
    private readonly ILogger _logger;
    private readonly ProbeRounds _rounds;
    private readonly Cadences _cadences;
    private readonly ObservationFeed _feed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _applying = new();

    private volatile ProbePlan? _plan;
    private FrozenSet<string> _drilled = [];
    private Topology? _topology;
    private volatile ImmutableHashSet<string>? _wanted;
    private bool _started;
    private Task _telling = Task.CompletedTask;
    private int _stopped;

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
        _logger = logger;
        _feed = new(time, logger, Observations, observed);
        _rounds = new(new ProbeRunner(probes, hosts, time), time, logger, _feed.News, _stop.Token);
        _cadences = new(time, BeginRound);
    }

    /// <summary>Every monitor of the present topology has been probed once since it came. False before the first <see cref="Apply"/>.</summary>
    public bool FirstRoundComplete => _plan is { IsProbed: true };

    /// <summary>The longest delay of a probe or a deadline over the last five to ten seconds. Above a check's cadence this vantage should not be believed.</summary>
    public TimeSpan Lag => _rounds.Lag.Longest;

    /// <summary>Share of probes, 0..1, that lately failed on this node's own path. Above 2 % it asks for more failures in a row than a CHECK says.</summary>
    public double FailureRate => _rounds.Baseline.Rate;

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
            // What the topology did not have until now is nobody's yet: all probe it until they have agreed whose it is.
            if (_topology is { } before && _wanted is not null)
                _wanted = _wanted.Union(topology.Monitors.Select(monitor => monitor.Key).Except(before.Monitors.Select(monitor => monitor.Key)));
            _topology = topology;
            Use(ProbePlan.Make(topology, _node, _plan ?? ProbePlan.Empty, known ?? [], _wanted is { } wanted ? wanted.Contains : null));
        }
        _feed.News();
    }

    /// <summary>From now on the probes of these monitors (keys) count as failed, whatever comes of them, and of no others.</summary>
    /// <param name="cancelled">Of those that were drilled until now: they are at once what they truly are. Others return as after a failure.</param>
    public void Drill(IReadOnlyCollection<string> monitors, IReadOnlyCollection<string> cancelled)
    {
        lock (_applying)
        {
            _drilled = monitors.ToFrozenSet(StringComparer.Ordinal);
            foreach (Watch watch in _plan?.Watches ?? [])
            {
                if (watch.Drilled && cancelled.Contains(watch.Present.Monitor.Key))
                    watch.Undrill();
            }

            if (_plan is { } plan)
                MarkDrilled(plan);
        }

        if (cancelled.Count > 0)
            _feed.News();
    }

    /// <summary>Keys of the monitors that are this node's to probe; null for all.</summary>
    public ImmutableHashSet<string>? Assigned => _wanted;

    /// <summary>Which monitors are this node's to probe, by their keys; null, as at the start, for all. Those that it takes over are probed at once.</summary>
    public void Assign(ImmutableHashSet<string>? monitors)
    {
        lock (_applying)
        {
            _wanted = monitors;
            if (_topology is { } topology && _plan is { } plan)
                Use(ProbePlan.Make(topology, _node, plan, [], monitors is null ? null : monitors.Contains).After(plan));
        }
        _feed.News();
    }

    private void Use(ProbePlan plan)
    {
        _plan = plan;
        MarkDrilled(plan);
        if (_started)
            Begin(plan);
    }

    /// <summary>Ends all probes; none under way is counted.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _cadences.DisposeAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(false);
        await _rounds.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private void MarkDrilled(ProbePlan plan)
    {
        foreach (Watch watch in plan.Watches)
            watch.Drilled = _drilled.Contains(watch.Present.Monitor.Key);
    }

    private Observation[] Observations() => _plan is { } plan ? [.. plan.Watches.Select(w => w.Observation)] : [];

    private void Begin(ProbePlan plan)
    {
        ImmutableArray<Watch> newcomers = [.. plan.Watches.Where(w => w.ClaimFirst()).OrderBy(w => w.Phase)];
        if (newcomers.Length > 0)
            _ = _rounds.WelcomeAsync(newcomers);
        _ = SetCadencesAsync();
    }

    private async Task SetCadencesAsync()
    {
        try
        {
            await _cadences.SetAsync(() => _plan?.Cadences.Keys ?? []).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ScheduleLog.CadencesFailed(_logger, e);
        }
    }

    private void BeginRound(TimeSpan period, TimeSpan late)
    {
        if (_plan is { } plan && plan.Cadences.TryGetValue(period, out ImmutableArray<Slot> slots))
            _ = _rounds.RoundAsync(slots, period, late);
    }
}
