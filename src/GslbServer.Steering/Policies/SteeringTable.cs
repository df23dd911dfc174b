namespace GslbServer.Steering;

/// <summary>A plan with the health of the moment worked in: which targets of each name are in force, and the TTL. Rebuilt at each publication (a few milliseconds at a
/// thousand names); frozen. The last good answer, which <c>all-down=last</c> falls back to, follows from when each verdict changed, so nodes agree on it without history.</summary>
public sealed class SteeringTable
{
    /// <summary>An undrain older than this no longer brings back what recovered after it anyway.</summary>
    private static readonly TimeSpan ReleaseMemory = TimeSpan.FromDays(7);

    private SteeringTable(SteeringPlan plan, HealthTable health, NameState[] names, IReadOnlyList<ReleasedOverride> released, TimeSpan nextChange)
    {
        Released = released;
        Plan = plan;
        Health = health;
        Names = names;
        NextChange = nextChange;
    }

    public SteeringPlan Plan { get; }

    public HealthTable Health { get; }

    /// <summary>When this table would differ without any new observation: a ramp moving, a TTL rising again. On the clock of <see cref="HealthTable.Now"/>; MaxValue
    /// for never. Overrides that expire by the wall clock are for <see cref="HealthMerge"/> to notice.</summary>
    public TimeSpan NextChange { get; }

    /// <summary>As <see cref="Topology.Names"/>.</summary>
    internal NameState[] Names { get; }

    /// <summary>Undrains, and overrides that have expired, as seen by this table and those before.</summary>
    internal IReadOnlyList<ReleasedOverride> Released { get; }

    /// <param name="previous">The table in force until now; null at the start.</param>
    /// <exception cref="ArgumentException">The health is that of another topology.</exception>
    public static SteeringTable Compile(SteeringPlan plan, HealthTable health, SteeringTable? previous)
    {
        if (health.Monitors.Length != plan.Topology.Monitors.Length)
            throw new ArgumentException($"Health of {health.Monitors.Length} monitors for a topology of {plan.Topology.Monitors.Length}.", nameof(health));

        IReadOnlyList<ReleasedOverride> released = ReleasedSince(previous, health);
        var overrides = new OverrideTable(plan.Topology, health, released);
        var names = new NameState[plan.Names.Length];
        TimeSpan nextChange = TimeSpan.MaxValue;
        foreach (int index in plan.NestedFirst)
        {
            NamePlan name = plan.Names[index];
            var watch = new TtlWatch(name.Name, health.Now);
            var judge = new TargetJudge(plan.Topology, health, overrides, name, watch);
            FamilyState ipv4 = Judge(name, judge, names, isIPv6: false);
            FamilyState ipv6 = Judge(name, judge, names, isIPv6: true);
            names[index] = WithTtl(name, watch, ipv4, ipv6, names);
            nextChange = watch.NextChange < nextChange ? watch.NextChange : nextChange;
        }

        return new SteeringTable(plan, health, names, released, nextChange);
    }

    /// <summary>Of each target the last release, for as long as it may still matter.</summary>
    private static ReleasedOverride[] ReleasedSince(SteeringTable? previous, HealthTable health)
    {
        IEnumerable<ReleasedOverride> all = health.Released;
        if (previous is not null)
        {
            HashSet<string> inForce = [.. health.Overrides.Select(active => active.Override.Target)];
            all = all.Concat(previous.Released).Concat(previous.Health.Overrides.Where(active => !inForce.Contains(active.Override.Target))
                .Select(active => new ReleasedOverride(active.Override.Target, health.Now)));
        }

        return [.. all.Where(released => released.At > health.Now - ReleaseMemory).GroupBy(released => released.Target).Select(same => same.MaxBy(released => released.At)).OfType<ReleasedOverride>()];
    }

    private static FamilyState Judge(NamePlan name, TargetJudge judge, NameState[] names, bool isIPv6)
    {
        ulong up = 0;
        ulong taken = 0;
        ulong partial = 0;
        EndpointPlan?[] endpoints = name.Endpoints(isIPv6);
        var states = new TargetState?[endpoints.Length];
        bool hasAllDown = name.Name.AllDown == AllDown.Target;
        for (int i = 0; i < (hasAllDown ? states.Length : states.Length - 1); i++)
        {
            Target target = name.TargetAt(i);
            bool isTaken = false;
            bool isUp = false;
            if (target.IsName)
                states[i] = judge.OfName(target, names[target.Index].Family(isIPv6), out isTaken, out isUp);
            else if (endpoints[i] is { Exists: true } endpoint)
                states[i] = judge.OfRegion(endpoint, target, out isTaken, out isUp);
            if (i == name.AllDownOrdinal)
                break;
            ulong bit = 1UL << i;
            up |= isUp ? bit : 0;
            taken |= isTaken ? bit : 0;
            partial |= states[i] is { IsPartial: true } ? bit : 0;
        }

        return new FamilyState { Targets = states, Up = up, Taken = taken, Partial = partial };
    }

    private static NameState WithTtl(NamePlan name, TtlWatch watch, FamilyState ipv4, FamilyState ipv6, NameState[] names)
    {
        uint ttl = watch.IsStable ? name.Name.Ttl : name.Name.TtlMin;
        string reason = watch.Reason;
        foreach (Target target in name.Name.Targets)
        {
            if (!target.IsName || names[target.Index].Ttl >= ttl)
                continue;
            ttl = names[target.Index].Ttl;
            reason = names[target.Index].TtlReason == TtlWatch.Stable
                ? $"stable; the smaller TTL of {name.Name.Owner} and its targets" : names[target.Index].TtlReason;
        }

        return new NameState(ipv4, ipv6, ttl, reason);
    }
}
