using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>A plan with the health of the moment worked in: which targets of each name are in force, and the TTL. Rebuilt at each publication (a few milliseconds at a
/// thousand names); frozen. The last good answer, which <c>all-down=last</c> falls back to, follows from when each verdict changed, so nodes agree on it without history.</summary>
public sealed class SteeringTable
{
    /// <summary>An undrain older than this no longer brings back what recovered after it anyway.</summary>
    private static readonly TimeSpan ReleaseMemory = TimeSpan.FromDays(7);

    private readonly bool _isStable;
    private readonly IReadOnlyDictionary<TakeKey, TakeTable?> _takes;

    private SteeringTable(SteeringPlan plan, HealthTable health, IReadOnlyList<ReleasedOverride> released, StateCompiler states, SteeringTable? previous)
    {
        Released = released;
        Plan = plan;
        Health = health;
        Names = states.Compile();
        NextChange = states.NextChange;
        _isStable = states.IsStable;
        var answers = new AnswerCompiler(this, previous?._takes);
        Answers = answers.Compile();
        _takes = answers.Takes;
    }

    /// <summary>The same states and answers, because nothing they follow from has changed.</summary>
    private SteeringTable(SteeringTable previous, HealthTable health)
    {
        Released = previous.Released;
        Plan = previous.Plan;
        Health = health;
        Names = previous.Names;
        NextChange = previous.NextChange;
        _isStable = previous._isStable;
        Answers = previous.Answers;
        _takes = previous._takes;
    }

    public SteeringPlan Plan { get; }

    public HealthTable Health { get; }

    /// <summary>When this table would differ without any new observation: a ramp moving, a TTL rising again. On the clock of <see cref="HealthTable.Now"/>; MaxValue
    /// for never. Overrides that expire by the wall clock are for <see cref="HealthMerge"/> to notice.</summary>
    public TimeSpan NextChange { get; }

    /// <summary>As <see cref="Topology.Names"/>.</summary>
    internal NameState[] Names { get; }

    /// <summary>Whether the one was published again as the other, because nothing that answers follow from had changed.</summary>
    public bool IsAgain(SteeringTable other) => ReferenceEquals(Names, other.Names);

    /// <summary>The state of a name that counts for a class of places of its <see cref="NamePlan.Ranking"/>. Hot.</summary>
    internal FamilyState StateOf(NamePlan plan, int placeClass, bool isIPv6)
    {
        NameState state = Names[plan.Index];
        int view = ViewOf(plan, placeClass);
        return view < 0 || view >= state.Views.Length ? state.Family(isIPv6) : isIPv6 ? state.Views[view].IPv6 : state.Views[view].IPv4;
    }

    /// <summary>The view of <see cref="LocalViews"/> that counts for a class of places; -1 for what all vantages say together.</summary>
    internal int ViewOf(NamePlan plan, int placeClass) =>
        plan.Name.LocalHealthView && Health.Local is { } local && plan.Ranking.NearestRegion(placeClass) is >= 0 and var region ? local.ViewOf(region) : -1;

    /// <summary>By name, IPv4 and IPv6 in turn: what <see cref="AnswerCompiler"/> could work out beforehand; null for what the walk decides.</summary>
    internal AnswerTable?[] Answers { get; }

    /// <summary>Undrains, and overrides that have expired, as seen by this table and those before.</summary>
    internal IReadOnlyList<ReleasedOverride> Released { get; }

    /// <param name="previous">The table in force until now; null at the start.</param>
    /// <exception cref="ArgumentException">The health is that of another topology.</exception>
    public static SteeringTable Compile(SteeringPlan plan, HealthTable health, SteeringTable? previous)
    {
        if (health.Monitors.Length != plan.Topology.Monitors.Length)
            throw new ArgumentException($"Health of {health.Monitors.Length} monitors for a topology of {plan.Topology.Monitors.Length}.", nameof(health));

        ReleasedOverride[] released = ReleasedSince(previous, health);
        return previous is not null && previous.Stays(plan, health, released)
            ? new SteeringTable(previous, health)
            : new SteeringTable(plan, health, released, new StateCompiler(plan, health, released), previous);
    }

    /// <summary>Whether what this table says is what these would make of it: while all is stable, nothing follows from the time.</summary>
    private bool Stays(SteeringPlan plan, HealthTable health, ReleasedOverride[] released)
    {
        if (!_isStable || health.Now >= NextChange || plan != Plan || !Equals(health.Local, Health.Local) || !released.SequenceEqual(Released) || !IsSame(health.Overrides, Health.Overrides)
            || !health.Load.SteersLike(Health.Load))
            return false;
        return IsSame(health.Monitors, Health.Monitors);
    }

    /// <summary>Equal but for when they changed: that comes of two clocks read one after the other, and differs by a hair each time. It matters for one TTL, in which nothing is stable.</summary>
    private static bool IsSame(ImmutableArray<ActiveOverride> left, ImmutableArray<ActiveOverride> right) =>
        left.Length == right.Length && left.Zip(right).All(pair => pair.First with { ChangedAt = pair.Second.ChangedAt } == pair.Second);

    /// <summary>Equal but for the counts of votes, which are for people.</summary>
    internal static bool IsSame(ImmutableArray<MonitorHealth> left, ImmutableArray<MonitorHealth> right)
    {
        if (left.Length != right.Length)
            return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] with { Votes = right[i].Votes } != right[i])
                return false;
        }

        return true;
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
}
