using System.Diagnostics;
using System.Threading.Channels;
using GslbServer.Dns;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The one writer of <see cref="ServingState"/>: merges health whenever somebody saw a change, when time alone changes it, and each second; coalesces; publishes
/// by one volatile write.</summary>
internal sealed partial class SnapshotPublisher(StateFeed feed, LoadLoop load, EventLog events, AuditTrail audit, TimeProvider time, ILogger<SnapshotPublisher> logger)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ServingState? _serving;
    private IReadOnlyList<StandingAside> _aside = [];
    private string _zoneHash = "";
    private ZoneSet? _hashed; // whose hash that is

    /// <summary>Called with each table once it is in force, on the publishing thread; must be quick and not throw.</summary>
    public Action<SteeringTable>? Published { get; set; }

    /// <summary>Says where the answers of a topology are counted; null: they are not.</summary>
    public AnswerSlotBook? Slots { get; init; }

    /// <summary>Called after each merge, one at a time.</summary>
    public Action<HealthTable>? Merged { get; set; }

    public ServingState Serving => _serving ?? throw new InvalidOperationException("nothing is published before the first Use");

    /// <summary>Puts new zones and a new plan in force, with the health of the moment.</summary>
    public void Use(ZoneSet zones, SteeringPlan plan)
    {
        lock (_gate)
        {
            Publish(zones, plan);
        }
    }

    /// <summary>Asks for a merge soon; any number of requests before it are one.</summary>
    public void Request() => _requests.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await WaitAsync(cancel);
            try
            {
                lock (_gate)
                {
                    Snapshot now = Serving.Current;
                    Publish(now.Zones, now.Steering.Plan);
                }
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                // A bug here must not end health for good: what is in force stays, and the next round tries again.
                Log.MergeFailed(logger, e);
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        TimeSpan wait = TimeSpan.FromTicks(Math.Clamp((Serving.Current.Steering.NextChange - time.Now()).Ticks, TimeSpan.TicksPerMillisecond, Heartbeat.Ticks));
        using var timeout = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            await _requests.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Publish(ZoneSet zones, SteeringPlan plan)
    {
        using Activity? span = Spans.Begin("publish");
        Snapshot? before = _serving?.Current;
        HealthTable? healthBefore = before?.Steering.Health;
        TimeSpan now = time.Now();
        HealthTable known = healthBefore ?? RememberedHealth.Restore(plan.Topology, feed.Remembered, now);
        HealthTable health = HealthMerge.Merge(plan.Topology, feed.Vantages, feed.Overrides, known, before?.Steering.Plan.Topology ?? plan.Topology, now, time.GetUtcNow(),
            isFrozen: feed.Mode == StateMode.Frozen) with
        {
            Load = load.Merge(plan.Topology, before, now, time.GetUtcNow()),
        };
        SteeringTable table = SteeringTable.Compile(plan, health, before?.Steering);
        var next = new Snapshot(zones, table, before?.Steering.Plan == plan ? before.CnameTargets : CnameTargets(plan.Topology))
        {
            IsStale = feed.Mode is StateMode.Stale or StateMode.Frozen,
            Slots = before?.Steering.Plan.Topology == plan.Topology ? before.Slots : Slots?.For(plan.Topology) ?? AnswerSlots.None,
        };
        if (_serving is null)
        {
            _serving = new ServingState(next);
        }
        else
        {
            _serving.Publish(next);
        }

        Describe(next, before);
        feed.Remember(plan.Topology, health);
        Merged?.Invoke(health);
        if (healthBefore is not null)
        {
            Announce(healthBefore, health);
        }

        if (before is null || !table.IsAgain(before.Steering))
        {
            Announce(table);
        }

        if (health.HeldByCircuit > 0 && healthBefore is { HeldByCircuit: 0 })
        {
            events.Add("circuit", "health", null, null, $"{health.HeldByCircuit} monitors held up: more than half would go down within {MassFlip.Window.TotalSeconds:0} s, and not unanimously");
            Log.CircuitOpened(logger, health.HeldByCircuit);
        }

        if (before is not null && before.Steering.Plan.Topology == plan.Topology)
        {
            Announce(plan.Topology, healthBefore!, health);
        }

        Published?.Invoke(table);
        Spans.DropUnlessNoted(span);
    }

    private static byte[]?[] CnameTargets(Topology topology) =>
        [.. topology.Regions.Select(r => r.CnameTarget is null ? null : DomainName.Parse(r.CnameTarget).Wire.ToArray())];

    private void Describe(Snapshot snapshot, Snapshot? before)
    {
        // The hash of a large zone is ready a little later; the next publication tells it.
        if (!ReferenceEquals(snapshot.Zones, _hashed) && (before is null || snapshot.Zones.Zones.All(zone => zone.IsHashed)))
        {
            _zoneHash = ZoneHashes.Of(snapshot.Zones);
            _hashed = snapshot.Zones;
        }

        string revision = feed.Overrides.Select(o => o.Revision).Max(StringComparer.Ordinal) ?? "";
        feed.Describe(snapshot.Steering.Plan.Topology.Hash, _zoneHash, snapshot.Steering.Plan.Geo.Hash, revision,
            snapshot.Steering.Plan.Latency.IsEmpty ? null : snapshot.Steering.Plan.Latency.Hash);
    }

    private void Announce(HealthTable before, HealthTable after)
    {
        foreach (OverrideChange change in OverrideChange.Between(before, after, time.GetUtcNow()))
        {
            events.Add("override", change.Target, change.From, change.To, change.Detail);
            Log.OverrideChanged(logger, change.Target, change.From, change.To, change.Detail);
            if (change.ByTheClock is { } entry)
            {
                audit.Add(entry);
            }
        }
    }

    /// <summary>Overrides that give way, or stand again.</summary>
    private void Announce(SteeringTable table)
    {
        IReadOnlyList<StandingAside> now = table.Health.Overrides.IsEmpty ? [] : StandingAside.All(table);
        foreach (StandingAside one in now.Where(one => !_aside.Any(one.IsSame)))
        {
            Announce(one, "in force", "stands aside", "nothing else serves, and it was not forced");
        }

        foreach (StandingAside one in _aside.Where(one => !now.Any(one.IsSame) && table.Health.Overrides.Any(active => active.Override.Revision == one.By.Override.Revision)))
        {
            Announce(one, "stands aside", "in force", "something else serves");
        }

        _aside = now;
    }

    private void Announce(StandingAside one, string from, string to, string why)
    {
        string target = one.By.Override.Target;
        events.Add("override", target, from, to, $"at {one.Name}: {why}");
        audit.Add("override", target, entry => entry with { From = from, To = to, Reason = $"at {one.Name}: {why}", Revision = one.By.Override.Revision });
        Log.StandsAside(logger, target, one.Name, from, to, why);
    }

    private void Announce(Topology topology, HealthTable before, HealthTable after)
    {
        // By monitor and verdict, once there is a transition: thousands may turn together.
        Dictionary<(string, Verdict), string>? details = null;
        for (int i = 0; i < topology.Monitors.Length; i++)
        {
            MonitorHealth old = before.Monitors[i];
            MonitorHealth now = after.Monitors[i];
            if (old.Verdict == now.Verdict)
            {
                continue;
            }

            Steering.Monitor monitor = topology.Monitors[i];
            string region = topology.Regions[monitor.Region].Label;
            if (now.Damping.IsSuppressed(after.Now) && now.Damping != old.Damping)
            {
                events.Add("damping", $"{region} {monitor.Key}", null, null, now.Damping.Describe(after.Now));
                Log.Suppressed(logger, region, monitor.Key, now.Damping.Describe(after.Now));
            }

            string detail = (details ??= Details()).GetValueOrDefault((monitor.Key, now.Verdict), "");
            events.Add("transition", $"{region} {monitor.Key}", Name(old.Verdict), Name(now.Verdict), detail);
            if (old.Verdict != Verdict.Unknown || now.Verdict == Verdict.Down)
            {
                audit.Add("transition", $"{region} {monitor.Key}", entry => entry with
                {
                    From = Name(old.Verdict),
                    To = Name(now.Verdict),
                    Reason = detail,
                    Result = $"{now.Votes.Up} of {now.Votes.Fresh} vantages say up",
                });
            }

            Log.Transition(logger, region, monitor.Key, Name(old.Verdict), Name(now.Verdict), detail, now.Votes.Up, now.Votes.Fresh);
        }
    }

    private Dictionary<(string Monitor, Verdict Verdict), string> Details()
    {
        var details = new Dictionary<(string, Verdict), string>();
        foreach (Observation seen in feed.Vantages.SelectMany(v => v.Report.Observations))
        {
            details.TryAdd((seen.Monitor, seen.Verdict), seen.Detail);
        }

        return details;
    }

    private static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Up => "up",
        Verdict.Down => "down",
        _ => "unknown",
    };

    private static partial class Log
    {
        [LoggerMessage(101, LogLevel.Information, "{Region} ({Monitor}): {From} -> {To}: {Detail} ({Up} of {Fresh} vantages say up)")]
        public static partial void Transition(ILogger logger, string region, string monitor, string from, string to, string detail, int up, int fresh);

        [LoggerMessage(104, LogLevel.Warning, "{Region} ({Monitor}) flaps: {How} at the earliest, unless nothing else serves")]
        public static partial void Suppressed(ILogger logger, string region, string monitor, string how);

        [LoggerMessage(105, LogLevel.Warning, "{Count} monitors would go down at once, more than half of all, and not every vantage sees it: what one of them sees up stays up")]
        public static partial void CircuitOpened(ILogger logger, int count);

        [LoggerMessage(103, LogLevel.Information, "Override of {Target}: {From} -> {To} ({Detail})")]
        public static partial void OverrideChanged(ILogger logger, string target, string from, string to, string detail);

        [LoggerMessage(106, LogLevel.Warning, "Override of {Target} at {Name}: {From} -> {To}: {Why}")]
        public static partial void StandsAside(ILogger logger, string target, string name, string from, string to, string why);

        [LoggerMessage(102, LogLevel.Error, "Merging health failed; the last answers stay in force")]
        public static partial void MergeFailed(ILogger logger, Exception e);
    }
}
