namespace GslbServer.Steering;

/// <summary>Judges every steered name for one publication; names with the same rules once, unless an operator meant one of them.</summary>
internal sealed class StateCompiler(SteeringPlan plan, HealthTable health, IReadOnlyList<ReleasedOverride> released)
{
    private readonly OverrideTable _overrides = new(plan.Topology, health, released);
    private readonly NameState[] _states = new NameState[plan.Names.Length];

    /// <summary>By <see cref="NamePlan.Model"/>, which an operator may have meant while the others like it share a state.</summary>
    private readonly NameState?[] _shared = new NameState?[plan.Names.Length];

    /// <summary>The earliest time at which a share or a TTL would differ though nothing new was observed; MaxValue for never.</summary>
    public TimeSpan NextChange { get; private set; } = TimeSpan.MaxValue;

    /// <summary>No name may change soon: every TTL is the one written.</summary>
    public bool IsStable { get; private set; } = true;

    /// <returns>As <see cref="Topology.Names"/>.</returns>
    public NameState[] Compile()
    {
        foreach (int index in plan.NestedFirst)
        {
            NamePlan name = plan.Names[index];
            _states[index] = _overrides.Mean(index) ? Judge(name) : _shared[name.Model] ??= Judge(name);
        }

        return _states;
    }

    private NameState Judge(NamePlan name)
    {
        var watch = new TtlWatch(name.Name, health.Now);
        (FamilyState ipv4, FamilyState ipv6) = Judge(name, health, watch);
        (FamilyState IPv4, FamilyState IPv6)[] views = name.Name.LocalHealthView && health.Local is { } local
            ? [.. Enumerable.Range(0, local.Count).Select(view => Judge(name, health with { Monitors = local.MonitorsOf(view) }, watch))] : [];
        if (Aside(name, ipv4, ipv6, views) is { } aside)
            watch.MayChange($"{StandingAside.Describe(aside)}: nothing else serves");

        NextChange = watch.NextChange < NextChange ? watch.NextChange : NextChange;
        IsStable &= watch.IsStable;
        return WithTtl(name, watch, ipv4, ipv6) with { Views = views };
    }

    private static ActiveOverride? Aside(NamePlan name, FamilyState ipv4, FamilyState ipv6, (FamilyState IPv4, FamilyState IPv6)[] views)
    {
        ActiveOverride? aside = StandingAside.In(name, ipv4) ?? StandingAside.In(name, ipv6);
        for (int view = 0; aside is null && view < views.Length; view++)
            aside = StandingAside.In(name, views[view].IPv4) ?? StandingAside.In(name, views[view].IPv6);
        return aside;
    }

    private (FamilyState IPv4, FamilyState IPv6) Judge(NamePlan name, HealthTable seen, TtlWatch watch)
    {
        var judge = new TargetJudge(plan.Topology, seen, _overrides, name, watch);
        return (Judge(name, judge, isIPv6: false), Judge(name, judge, isIPv6: true));
    }

    /// <summary>What balancers say of themselves never takes the last target: then it is heard as if they only drained. A drain that can stand aside, for a region that serves, does so first.</summary>
    private FamilyState Judge(NamePlan name, TargetJudge judge, bool isIPv6)
    {
        judge.BelievesDown = true;
        FamilyState state = JudgeOnce(name, judge, isIPv6);
        if ((state.Up | state.Yields) != 0 || !judge.HeardDown)
            return state;
        judge.BelievesDown = false;
        return JudgeOnce(name, judge, isIPv6);
    }

    private FamilyState JudgeOnce(NamePlan name, TargetJudge judge, bool isIPv6)
    {
        ulong up = 0;
        ulong taken = 0;
        ulong partial = 0;
        ulong yields = 0;
        ulong unforced = 0;
        EndpointPlan?[] endpoints = name.Endpoints(isIPv6);
        var states = new TargetState?[endpoints.Length];
        bool hasAllDown = name.Name.AllDown == AllDown.Target;
        for (int i = 0; i < (hasAllDown ? states.Length : states.Length - 1); i++)
        {
            Target target = name.TargetAt(i);
            bool isTaken = false;
            bool isUp = false;
            if (target.IsName)
                states[i] = judge.OfName(target, _states[target.Index], isIPv6, out isTaken, out isUp);
            else if (endpoints[i] is { Exists: true } endpoint)
                states[i] = judge.OfRegion(endpoint, target, out isTaken, out isUp);
            if (i == name.AllDownOrdinal)
                break;
            ulong bit = 1UL << i;
            up |= isUp ? bit : 0;
            taken |= isTaken ? bit : 0;
            partial |= states[i] is { IsPartial: true } ? bit : 0;
            yields |= states[i] is { YieldedBy: not null } ? bit : 0;
            unforced |= states[i] is { UnforcedBy: not null } ? bit : 0;
        }

        return new FamilyState { Targets = states, Up = up, Taken = taken, Partial = partial, Yields = yields, Unforced = unforced };
    }

    private NameState WithTtl(NamePlan name, TtlWatch watch, FamilyState ipv4, FamilyState ipv6)
    {
        uint ttl = watch.IsStable ? name.Name.Ttl : name.Name.TtlMin;
        string reason = watch.Reason;
        foreach (Target target in name.Name.Targets)
        {
            if (!target.IsName || _states[target.Index].Ttl >= ttl)
                continue;
            ttl = _states[target.Index].Ttl;
            reason = _states[target.Index].TtlReason == TtlWatch.Stable
                ? $"stable; the smaller TTL of its target {plan.Topology.Names[target.Index].Owner}" : _states[target.Index].TtlReason;
        }

        return new NameState(ipv4, ipv6, ttl, reason) { Prices = health.Load.PricesOf(name.PricedRegions) };
    }
}
