using System.Net;

namespace GslbServer.Steering;

/// <summary>Judges the targets of one name: probes, overrides, slow start and manual failback, address by address.</summary>
internal sealed class TargetJudge(Topology topology, HealthTable health, OverrideTable overrides, NamePlan plan, TtlWatch watch)
{
    private readonly SteeredName _name = plan.Name;

    /// <summary>Whether a region whose balancers say that they cannot serve counts as down, rather than as one that drains.</summary>
    public bool BelievesDown { get; set; } = true;

    /// <summary>Balancers of a region that is up by its probes say that they cannot serve.</summary>
    public bool HeardDown { get; private set; }

    /// <summary>By endpoint, of those that an operator took: by which override. Made with the first.</summary>
    private ActiveOverride?[]? _takenBy;

    /// <param name="taken">All addresses are, by an operator.</param>
    /// <param name="up">At least <c>min-up</c> serve.</param>
    public TargetState OfRegion(EndpointPlan endpoints, Target target, out bool taken, out bool up)
    {
        Span<AddressState> states = stackalloc AddressState[TopologyLimits.AddressesPerRegion];
        states = states[..endpoints.Count];
        int serving = 0;
        int takenCount = 0;
        bool plain = true;
        for (int i = 0; i < endpoints.Count; i++)
        {
            states[i] = Judge(endpoints, i, target);
            serving += states[i].IsServing ? 1 : 0;
            takenCount += states[i].IsTaken ? 1 : 0;
            plain &= states[i].IsServing && states[i].Away == 0;
        }

        taken = takenCount == endpoints.Count;
        up = serving >= plan.MinUp;
        if (plain && up)
            return endpoints.Serving;

        TimeSpan downAt = up ? TimeSpan.MaxValue : LatestDown(states);
        return new TargetState
        {
            Serving = Pack(endpoints, states, state => state.IsServing),
            Away = up && !endpoints.IsCname ? Shares(states) : null,
            TargetAway = up && endpoints.IsCname ? states[0].Away : 0,
            LastGood = Pack(endpoints, states, state => !state.IsTaken && (state.IsServing || state.DownAt >= Earlier(downAt, plan.DetectionTime))),
            LastResort = Pack(endpoints, states, state => !state.IsTaken),
            DownAt = downAt,
            WaitsSince = up ? FirstWaiting(states) : TimeSpan.MinValue,
            IsTaken = taken,
            Yielding = up ? [] : Pack(endpoints, states, state => state.YieldsOrServes),
            YieldedBy = up ? null : Newest(states, state => state.YieldsOrServes, plan.MinUp),
            Unforced = taken ? Pack(endpoints, states, state => state.IsUnforced) : [],
            UnforcedBy = taken ? Newest(states, state => state.IsUnforced, atLeast: 1) : null,
            KeptOutBy = up ? null : Newest(states, state => state.IsServing || state.PassesProbes, plan.MinUp),
        };
    }

    /// <summary>The newest override on these addresses, where there are enough of them.</summary>
    private ActiveOverride? Newest(ReadOnlySpan<AddressState> states, Func<AddressState, bool> holds, int atLeast)
    {
        int count = 0;
        ActiveOverride? newest = null;
        for (int i = 0; i < states.Length; i++)
        {
            if (!holds(states[i]))
                continue;
            count++;
            if (states[i].IsTaken && _takenBy?[i] is { } active && (newest is null || string.CompareOrdinal(active.Override.Revision, newest.Override.Revision) > 0))
                newest = active;
        }

        return count >= atLeast ? newest : null;
    }

    /// <summary>The override on a nested name as a target of this one.</summary>
    public TargetState OfName(Target target, NameState below, bool isIPv6, out bool taken, out bool up)
    {
        FamilyState nested = below.Anywhere(isIPv6);
        ActiveOverride? active = overrides.Find(plan.Index, target, null);
        double share = active is { Override.State: OverrideState.Drain or OverrideState.Down } ? active.Share : 0;
        if (active is not null)
            Watch(active);
        TimeSpan downAt = TimeSpan.MinValue;
        bool allTaken = true;
        for (int i = 0; i < nested.Targets.Length - 1; i++)
        {
            if (nested.Targets[i] is not { } one || (nested.Taken & (1UL << i)) != 0)
                continue;
            allTaken = false;
            downAt = one.DownAt > downAt ? one.DownAt : downAt;
        }

        taken = share >= 1 || allTaken;
        up = nested.Up != 0 && !taken;
        bool isOwn = share >= 1;
        return new TargetState
        {
            Serving = [],
            LastGood = [],
            LastResort = [],
            DownAt = downAt,
            TargetAway = taken ? 0 : share,
            IsTaken = taken,
            // Though it serves somewhere: whom a fence or a view keeps from that gets what yields.
            YieldedBy = !isOwn ? below.All(isIPv6).Select(state => NewestBelow(state, target => target.YieldedBy)).OfType<ActiveOverride>().MaxBy(active => active.Override.Revision, StringComparer.Ordinal)
                : active is { Override: { State: OverrideState.Drain, Forced: false } } && (nested.Up | nested.Yields) != 0 ? active : null,
            UnforcedBy = !isOwn ? (taken ? NewestBelow(nested, target => target.UnforcedBy) : null) : active is { Override.Forced: false } ? active : null,
            KeptOutBy = isOwn && nested.Up != 0 ? active : null,
        };
    }

    private static ActiveOverride? NewestBelow(FamilyState nested, Func<TargetState, ActiveOverride?> by) =>
        nested.Targets.SkipLast(1).OfType<TargetState>().Select(by).OfType<ActiveOverride>().MaxBy(active => active.Override.Revision, StringComparer.Ordinal);

    private AddressState Judge(EndpointPlan endpoints, int endpoint, Target target)
    {
        IPAddress? address = endpoints.IsCname ? null : endpoints.Addresses[endpoint];
        ActiveOverride? active = overrides.Find(plan.Index, target, address);
        if (active is not null)
        {
            Watch(active);
            if (active.Override.State == OverrideState.Up)
                return new AddressState(IsUp: true, IsTaken: false, Away: 0, TimeSpan.MaxValue, TimeSpan.MinValue);
            if (active.Share >= 1)
                return Take(endpoints, endpoint, active);
        }

        ReleasedOverride? released = overrides.LastReleased(plan.Index, target, address);
        if (active is null && released is not null)
            watch.Changed(released.At, $"undrain of {released.Target}");
        bool up = Probed(endpoints, endpoint, out TimeSpan changedAt);
        RegionBearing bearing = health.Load.Of(endpoints.Region);
        if (up && bearing.News == RegionNews.NotServing)
        {
            HeardDown = true;
            watch.Changed(bearing.NewsSince, Reason(endpoints, endpoint, RegionNewsText.NotServing));
            (up, changedAt) = BelievesDown ? (false, bearing.NewsSince) : (true, changedAt);
        }

        double away = up ? Returning(endpoints, endpoint, released, changedAt) : 0;
        if (active is not null)
            away = Math.Max(away, active.Share);
        var state = new AddressState(up, IsTaken: false, away, up ? TimeSpan.MaxValue : changedAt,
            up && away >= 1 && _name.ManualFailback ? changedAt : TimeSpan.MinValue);
        if (!up || bearing.News == RegionNews.None)
            return state;
        if (bearing.News == RegionNews.Draining)
            watch.Changed(bearing.NewsSince, Reason(endpoints, endpoint, RegionNewsText.Draining));
        // It has no part in who came up first: whoever recovered and waits for an undrain is better.
        return state with { Away = 1, WaitsSince = _name.ManualFailback ? TimeSpan.MaxValue : TimeSpan.MinValue };
    }

    private AddressState Take(EndpointPlan endpoints, int endpoint, ActiveOverride active)
    {
        (_takenBy ??= new ActiveOverride?[TopologyLimits.AddressesPerRegion])[endpoint] = active;
        return new AddressState(IsUp: false, IsTaken: true, Away: 1, TimeSpan.MinValue, TimeSpan.MinValue)
        {
            PassesProbes = PassesProbes(endpoints, endpoint),
            IsUnforced = !active.Override.Forced,
            IsDrained = active.Override.State == OverrideState.Drain,
        };
    }

    /// <summary>Of an address that an operator took, which may come to matter only when nothing else serves: no reason for short TTLs. What its balancers say counts as what probes do.</summary>
    private bool PassesProbes(EndpointPlan endpoints, int endpoint)
    {
        foreach (int monitor in endpoints.Monitors[endpoint])
        {
            if (health.Monitors[monitor].Verdict == Verdict.Down)
                return false;
        }

        return health.Load.Of(endpoints.Region).News != RegionNews.NotServing;
    }

    /// <summary>What the probes say: all checks must pass.</summary>
    /// <param name="changedAt">When it last came up, or, while it is down, when it went down.</param>
    private bool Probed(EndpointPlan endpoints, int endpoint, out TimeSpan changedAt)
    {
        bool up = true;
        TimeSpan cameUp = TimeSpan.MinValue;
        TimeSpan wentDown = TimeSpan.MaxValue;
        foreach (int monitor in endpoints.Monitors[endpoint])
        {
            MonitorHealth found = health.Monitors[monitor];
            if (found.Verdict == Verdict.Down)
            {
                up = false;
                wentDown = found.ChangedAt < wentDown ? found.ChangedAt : wentDown;
            }
            else
            {
                cameUp = found.ChangedAt > cameUp ? found.ChangedAt : cameUp;
            }

            if (!found.Settled)
                watch.MayChange(Reason(endpoints, endpoint, found.Verdict == Verdict.Down ? "is recovering" : "is failing probes"));
        }

        changedAt = up ? cameUp : wentDown;
        if (!up)
            watch.Changed(changedAt, Reason(endpoints, endpoint, "went down"));
        return up;
    }

    /// <summary>The share of clients that an address does not get back yet.</summary>
    private double Returning(EndpointPlan endpoints, int endpoint, ReleasedOverride? released, TimeSpan cameUp)
    {
        if (cameUp == TimeSpan.MinValue)
            return 0;
        if (_name.ManualFailback && !(released?.At >= cameUp))
        {
            watch.Changed(cameUp, Reason(endpoints, endpoint, "recovered and waits for an undrain,"));
            return 1;
        }

        TimeSpan suppressedUntil = SuppressedUntil(endpoints, endpoint);
        if (suppressedUntil > health.Now)
        {
            // As a slow start that has not begun: with nothing else left, those whom it keeps away get the endpoint all the same.
            watch.Changed(cameUp, Reason(endpoints, endpoint, "flaps; up again"));
            watch.Returns(suppressedUntil);
            return 1;
        }

        // Its hold-down has passed meanwhile.
        if (suppressedUntil != TimeSpan.MinValue && suppressedUntil - (_name.Ramp / 2) > cameUp)
            cameUp = suppressedUntil - (_name.Ramp / 2);
        if (_name.Ramp == TimeSpan.Zero || health.Now >= cameUp + _name.Ramp)
            return 0;
        watch.Ramps(cameUp + _name.Ramp, watch.IsStable ? Reason(endpoints, endpoint, $"returns slowly (ramp {Durations.Format(_name.Ramp)})") : "");
        double passed = (health.Now - cameUp) / _name.Ramp;
        return passed < 0.5 ? 1 : 2 * (1 - passed);
    }

    /// <returns>MinValue for one that never flapped so much.</returns>
    private TimeSpan SuppressedUntil(EndpointPlan endpoints, int endpoint)
    {
        TimeSpan until = TimeSpan.MinValue;
        foreach (int monitor in endpoints.Monitors[endpoint])
            until = health.Monitors[monitor].Damping.SuppressedUntil is { } one && one > until ? one : until;
        return until;
    }

    private void Watch(ActiveOverride active)
    {
        string what = $"{active.Override.State.ToString().ToLowerInvariant()} of {active.Override.Target}";
        if (active.UnderWay)
            watch.Ramps(TimeSpan.MaxValue, $"{what} is under way ({active.Share * 100:0} %)");
        else
            watch.Changed(active.ChangedAt, what);
    }

    /// <summary>Only the first reason counts, and when a region goes down there are thousands: later ones are not worded.</summary>
    private string Reason(EndpointPlan endpoints, int endpoint, string what)
    {
        if (!watch.IsStable)
            return "";
        Region region = topology.Regions[endpoints.Region];
        return endpoints.IsCname ? $"{region.Label} {what}" : $"{region.Label} ({endpoints.Addresses[endpoint]}) {what}";
    }

    private static TimeSpan LatestDown(ReadOnlySpan<AddressState> states)
    {
        TimeSpan latest = TimeSpan.MinValue;
        foreach (AddressState state in states)
        {
            if (!state.IsTaken && state.DownAt > latest)
                latest = state.DownAt;
        }

        return latest;
    }

    private static TimeSpan FirstWaiting(ReadOnlySpan<AddressState> states)
    {
        TimeSpan first = TimeSpan.MaxValue;
        foreach (AddressState state in states)
        {
            if (state.IsServing && state.WaitsSince < first)
                first = state.WaitsSince;
        }

        return first;
    }

    private static TimeSpan Earlier(TimeSpan time, TimeSpan by) => time == TimeSpan.MinValue ? time : time - by;

    private static double[]? Shares(ReadOnlySpan<AddressState> states)
    {
        var shares = new List<double>();
        foreach (AddressState state in states)
        {
            if (state.IsServing)
                shares.Add(state.Away);
        }

        return shares.Any(share => share > 0) ? [.. shares] : null;
    }

    private static byte[] Pack(EndpointPlan endpoints, ReadOnlySpan<AddressState> states, Func<AddressState, bool> holds)
    {
        if (endpoints.IsCname)
            return [];
        Span<byte> packed = stackalloc byte[16 * TopologyLimits.AddressesPerRegion];
        int size = endpoints.Packed.Length / endpoints.Count;
        int length = 0;
        for (int i = 0; i < states.Length; i++)
        {
            if (!holds(states[i]))
                continue;
            endpoints.Packed.AsSpan(i * size, size).CopyTo(packed[length..]);
            length += size;
        }

        return length == endpoints.Packed.Length ? endpoints.Packed : packed[..length].ToArray();
    }

    /// <param name="Away">Share of clients, 0..1, that do not get it now.</param>
    /// <param name="DownAt">MaxValue while up, MinValue when not known.</param>
    /// <param name="WaitsSince">Since when it waits for an undrain; MinValue when it does not.</param>
    private readonly record struct AddressState(bool IsUp, bool IsTaken, double Away, TimeSpan DownAt, TimeSpan WaitsSince)
    {
        /// <summary>This and the next two with <see cref="IsTaken"/> alone.</summary>
        public bool PassesProbes { get; init; }

        public bool IsUnforced { get; init; }

        public bool IsDrained { get; init; }

        public bool IsServing => IsUp && !IsTaken;

        public bool YieldsOrServes => IsServing || (PassesProbes && IsUnforced && IsDrained);
    }
}
