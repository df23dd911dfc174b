using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What is known of one monitor, over all vantages.</summary>
/// <param name="Settled">Every fresh vantage agrees with itself: up with its last `rise` probes good, or down with no success since. False asks for short TTLs.</param>
/// <param name="ChangedAt">When the verdict last changed between up and down, monotonic; <see cref="TimeSpan.MinValue"/> when it never did.</param>
/// <param name="Votes">Fresh vantages that say up and down, and those asked in all: for people.</param>
public readonly record struct MonitorHealth(Verdict Verdict, bool Settled, TimeSpan ChangedAt, (int Up, int Down, int Fresh) Votes)
{
    /// <summary>How much it flaps. The verdict does not depend on it; steering does.</summary>
    public FlapDamping Damping { get; init; }
}

/// <summary>The health of everything at one moment: what every DNS answer and every balancer steers by. Frozen; made by <see cref="HealthMerge"/>.</summary>
/// <param name="Monitors">As <see cref="Topology.Monitors"/>.</param>
/// <param name="Overrides">Those in force now, tombstones and expired ones left out.</param>
/// <param name="Now">Monotonic time of the merge; all other times are on this clock.</param>
public sealed record HealthTable(ImmutableArray<MonitorHealth> Monitors, ImmutableArray<ActiveOverride> Overrides, TimeSpan Now)
{
    /// <summary>Undrains of late: what <c>failback=manual</c> waits for.</summary>
    public ImmutableArray<ReleasedOverride> Released { get; init; } = [];

    /// <summary>Who probes what; null where nobody has asked yet.</summary>
    public ProbeDuties? Duties { get; init; }

    /// <summary>For names with <c>health-view=local</c>; null while no name has it.</summary>
    public LocalViews? Local { get; init; }

    /// <summary>Monitors that a majority sees down and that stay up, because more than half of all would have gone down within <see cref="MassFlip.Window"/> and one
    /// vantage sees them up.</summary>
    public int HeldByCircuit { get; init; }

    internal MonitorIndex? Index { get; init; }

    /// <summary>Nothing known yet: all counts as up.</summary>
    public static HealthTable Unknown(Topology topology, TimeSpan now) => new(
        [.. topology.Monitors.Select(_ => new MonitorHealth(Verdict.Unknown, true, TimeSpan.MinValue, default))], [], now);
}

/// <summary>An override in force, its times on the table's monotonic clock.</summary>
/// <param name="Share">Of client prefixes moved away now, 0..1: percent and ramp applied.</param>
/// <param name="ChangedAt">When it came into force or its share last moved.</param>
/// <param name="UnderWay">Its ramp has not ended.</param>
public sealed record ActiveOverride(OperatorOverride Override, double Share, TimeSpan ChangedAt, bool UnderWay);

/// <summary>An override that an operator took back.</summary>
/// <param name="Target">As <see cref="OperatorOverride.Target"/>.</param>
/// <param name="At">When, on the table's monotonic clock.</param>
public sealed record ReleasedOverride(string Target, TimeSpan At);
