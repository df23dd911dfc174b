using GslbServer.Steering;

namespace GslbServer.State;

/// <summary>What one node knows: its own report, the other vantages, the overrides. Thread-safe, without I/O; <see cref="StateFeed"/> carries it to and from
/// stores and disk. Methods that answer with a bool say whether a merge could come out differently.</summary>
internal sealed class SharedState
{
    private static readonly TimeSpan LagStep = TimeSpan.FromMilliseconds(100);

    /// <summary>How often this node's clock is told anew, and notes of drills that say nothing new with it: for nodes that come later.</summary>
    private static readonly TimeSpan ClockPeriod = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly VantageBook _vantages = new();
    private readonly OverrideBook _overrides = new();
    private readonly HeartbeatBook _balancers = new();

    private VantageReport _self;
    private TimeSpan _observedAt, _reportedAt = TimeSpan.MinValue;
    private TimeSpan? _heardUntil;
    private TimeSpan _stampedAt = TimeSpan.MinValue;
    private bool _hasNews;

    public SharedState(NodeIdentity self, TimeProvider time)
    {
        _time = time;
        _self = new VantageReport(self.Node, self.Region, time.GetUtcNow().ToUnixTimeSeconds(), 0, false, false, Revision.None, "", "", "", []) { IsWitness = self.IsWitness };
    }

    /// <summary>Monotonic: time since the provider's own zero.</summary>
    public TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>This node's first.</summary>
    public IReadOnlyList<VantageView> Vantages
    {
        get
        {
            lock (_lock)
                return [new VantageView(_self, Now, true), .. _vantages.Shown(Now)];
        }
    }

    /// <summary>Balancers heard of, fresh or not.</summary>
    public IReadOnlyList<BalancerView> Balancers
    {
        get
        {
            lock (_lock)
                return _balancers.All;
        }
    }

    /// <summary>When a store was last read; now, where none ever was.</summary>
    public TimeSpan HeardUntil
    {
        get
        {
            lock (_lock)
                return _heardUntil ?? Now;
        }
    }

    public IReadOnlyList<OperatorOverride> Overrides
    {
        get
        {
            lock (_lock)
                return _overrides.All;
        }
    }

    /// <summary>All reports, for the disk copy.</summary>
    public IReadOnlyList<VantageReport> Reports
    {
        get
        {
            lock (_lock)
                return [_self, .. _vantages.Reports];
        }
    }

    /// <summary>Takes the disk copy: overrides, who the other nodes were, and what this node saw before it stopped.</summary>
    /// <param name="withOthers">False for a node without stores, which will not hear of others whatever its disk says.</param>
    public void Restore(IReadOnlyList<VantageReport> reports, IReadOnlyList<OperatorOverride> overrides, bool withOthers)
    {
        lock (_lock)
        {
            _overrides.Absorb(overrides, _time.GetUtcNow());
            foreach (VantageReport report in reports)
            {
                if (report.Node != _self.Node)
                {
                    if (withOthers && !report.Leaving)
                        _vantages.Absorb(report, Now, _time.GetUtcNow());
                    continue;
                }

                RiseAbove(report);
                if (_self.Observations.Count == 0 && report.IsProber)
                    (_self, _observedAt) = (_self with { IsProber = true, Observations = report.Observations }, Now);
                _self = _self with { Prices = report.Prices };
            }
        }
    }

    public bool Observe(IReadOnlyList<Observation> observations, out bool isNews, TimeSpan lag = default)
    {
        lock (_lock)
        {
            bool matters = !_self.IsProber || ReportChange.Matters(_self.Observations, observations);
            isNews = !_self.IsProber || ReportChange.IsNews(_self.Observations, observations);
            _hasNews |= isNews;
            _self = _self with { IsProber = true, Observations = observations, Lag = Rounded(lag) };
            _observedAt = Now;
            return matters;
        }
    }

    /// <summary>In tenths of a second: what is told anew each second is news to nobody.</summary>
    private static TimeSpan Rounded(TimeSpan lag) => new(lag.Ticks / LagStep.Ticks * LagStep.Ticks);

    public void Describe(string topologyHash, string zoneHash, string geoHash, string appliedRevision, string? latencyHash)
    {
        lock (_lock)
            _self = _self with { TopologyHash = topologyHash, ZoneHash = zoneHash, GeoHash = geoHash, AppliedRevision = appliedRevision, LatencyHash = latencyHash };
    }

    /// <summary>What this node takes the prices of regions to be.</summary>
    public void Vote(IReadOnlyList<PriceVote> prices)
    {
        lock (_lock)
        {
            // The same list while it says the same: a report whose header is as it was is not written whole.
            if (!_self.Prices.SequenceEqual(prices))
                _self = _self with { Prices = prices };
        }
    }

    /// <summary>What this node saw of drills.</summary>
    public void Note(IReadOnlyList<DrillNotes> drills)
    {
        lock (_lock)
        {
            if (drills.Count == _self.Drills.Count && drills.Zip(_self.Drills).All(pair => pair.First.SaysTheSame(pair.Second)))
                return;
            _self = _self with { Drills = drills };
            _stampedAt = TimeSpan.MinValue;
        }
    }

    /// <summary>Stamps an operator's decision above all known and takes it.</summary>
    public OperatorOverride Put(OperatorOverride value)
    {
        lock (_lock)
        {
            DateTimeOffset utcNow = _time.GetUtcNow();
            OperatorOverride stamped = value with { Revision = Revision.Next(_overrides.Highest, utcNow, _self.Node) };
            _overrides.Absorb([stamped], utcNow);
            return stamped;
        }
    }

    /// <summary>Takes what a store holds.</summary>
    public Absorbed Absorb(StoreContents contents)
    {
        lock (_lock)
        {
            _heardUntil = Now;
            DateTimeOffset utcNow = _time.GetUtcNow();
            bool matters = false, isImpersonated = false;
            foreach (VantageReport report in contents.Reports)
            {
                if (report.Node == _self.Node)
                    isImpersonated |= RiseAbove(report);
                else
                    matters |= _vantages.Absorb(report, Now, _time.GetUtcNow());
            }

            matters |= _balancers.Absorb(contents.Heartbeats, Now);
            bool newOverrides = _overrides.Absorb(contents.Overrides, utcNow);
            return new Absorbed(matters || newOverrides, newOverrides, isImpersonated, _overrides.LackingIn(contents.Overrides),
                [.. contents.Overrides.Where(o => OverrideBook.IsPast(o, utcNow))]);
        }
    }

    /// <summary>This node's next report, when one is due: there is news, or the last is nearly <paramref name="interval"/> old.</summary>
    /// <param name="isNews">Others should hear of it at once.</param>
    public VantageReport? NextReport(TimeSpan interval, out bool isNews)
    {
        lock (_lock)
        {
            isNews = _hasNews;
            // A timer that fires a little early must not make it every second tick.
            if (!_hasNews && _reportedAt != TimeSpan.MinValue && Now - _reportedAt < interval * 0.8)
                return null;
            _hasNews = false;
            _reportedAt = Now;
            _self = _self with { Sequence = _self.Sequence + 1 };
            // Not each second: a report whose header is as it was costs next to nothing.
            if (_stampedAt == TimeSpan.MinValue || Now - _stampedAt >= ClockPeriod)
            {
                _stampedAt = Now;
                DateTimeOffset utcNow = _time.GetUtcNow();
                _self = _self with { Clock = utcNow, Drills = [.. _self.Drills.Select(notes => notes with { Clock = utcNow })] };
            }

            return _self;
        }
    }

    /// <summary>The report taken last reached no store: it is due again, and its news are still to be told.</summary>
    public void NotReported(bool wasNews)
    {
        lock (_lock)
        {
            _hasNews |= wasNews;
            _reportedAt = _stampedAt = TimeSpan.MinValue;
        }
    }

    public VantageReport Leave()
    {
        lock (_lock)
            return _self = _self with { Sequence = _self.Sequence + 1, Leaving = true };
    }

    /// <summary>Counts a node out that died without a word.</summary>
    /// <returns>The report to spread in its name; null for this node, and for one not heard of.</returns>
    public VantageReport? Forget(string node)
    {
        lock (_lock)
        {
            VantageReport? farewell = _vantages.FarewellOf(node);
            if (farewell is not null)
                _vantages.Absorb(farewell, Now, _time.GetUtcNow());
            return farewell;
        }
    }

    /// <summary>What time alone changes: nodes to forget, tombstones to drop, a prober that fell silent.</summary>
    public bool Age(out bool prunedOverrides)
    {
        lock (_lock)
        {
            _balancers.Forget(_heardUntil ?? Now);
            prunedOverrides = _overrides.Prune(_time.GetUtcNow());
            return _vantages.Forget(Now) | SilenceProber() | prunedOverrides;
        }
    }

    /// <summary>A node starved of processor time, or whose prober hangs, knows nothing of the present. It says so, rather than repeat its last word, and
    /// abstains.</summary>
    private bool SilenceProber()
    {
        if (Now - _observedAt <= HealthMerge.Freshness || _self.Observations.All(o => o.Verdict == Verdict.Unknown))
            return false;
        IEnumerable<Observation> nothing = _self.Observations.Select(o => o with { Verdict = Verdict.Unknown, Streak = 0, Detail = "the prober of this node is silent" });
        _self = _self with { Observations = [.. nothing] };
        _hasNews = true;
        return true;
    }

    /// <summary>A report in this node's name that it did not write in this life: from before a restart with the clock set back, or by another process of the same
    /// name. Readers trust only what advances, so this node continues above it.</summary>
    private bool RiseAbove(VantageReport report)
    {
        if ((report.Boot, report.Sequence).CompareTo((_self.Boot, _self.Sequence)) <= 0)
            return false;
        // No life of this node, nor a double's, began so late: garbage, which the store lets this node overwrite.
        if (report.Boot - _self.Boot > StoredReport.MaxLead)
            return true;
        _self = _self with { Boot = report.Boot + 1, Sequence = 0 };
        return true;
    }
}
