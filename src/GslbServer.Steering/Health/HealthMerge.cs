using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Observations of all vantages + overrides + now -> health. Pure and the same on every node: no leader, no talk.</summary>
public static class HealthMerge
{
    /// <summary>A vantage counts as fresh for this long after its report last advanced. Reports are written each second: five may be lost.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(6);

    /// <param name="previous">The table before (of the same or another topology): verdicts below quorum are kept from it.</param>
    /// <param name="previousTopology">What <paramref name="previous"/> was made for; monitors are matched by key.</param>
    /// <param name="now">Monotonic, on the clock of <see cref="VantageView.LastAdvanced"/>.</param>
    /// <param name="utcNow">Wall clock, for expiry and scheduled starts of overrides alone.</param>
    /// <param name="isFrozen">No other node has been heard for long: whatever is seen here is no sign of a change that others would share, so it shortens no TTL.</param>
    public static HealthTable Merge(Topology topology, IReadOnlyList<VantageView> vantages, IReadOnlyList<OperatorOverride> overrides, HealthTable? previous,
        Topology? previousTopology, TimeSpan now, DateTimeOffset utcNow, bool isFrozen = false)
    {
        MonitorHealth[] before = CarryOver(topology, previous, previousTopology);
        List<Voter> voters = Voter.Roll(topology, vantages, now);
        BlindVantages.Mark(topology, voters);

        var monitors = ImmutableArray.CreateBuilder<MonitorHealth>(topology.Monitors.Length);
        for (int monitor = 0; monitor < before.Length; monitor++)
        {
            Check check = topology.Checks[topology.Monitors[monitor].Check];
            MonitorHealth health = Ballot.Count(voters, monitor, check, before[monitor], now);
            monitors.Add(isFrozen ? health with { Settled = true } : health);
        }

        return new HealthTable(monitors.MoveToImmutable(), OverrideSchedule.InForce(topology, overrides, now, utcNow), now)
        {
            Released = OverrideSchedule.Released(overrides, now, utcNow),
        };
    }

    /// <summary>What was known of each monitor of <paramref name="topology"/>, whatever its index was then.</summary>
    private static MonitorHealth[] CarryOver(Topology topology, HealthTable? previous, Topology? previousTopology)
    {
        var before = new MonitorHealth[topology.Monitors.Length];
        Array.Fill(before, new MonitorHealth(Verdict.Unknown, true, TimeSpan.MinValue, default));
        if (previous is null || previousTopology is null)
            return before;
        if (ReferenceEquals(topology, previousTopology))
        {
            previous.Monitors.CopyTo(before);
            return before;
        }

        var known = new Dictionary<string, MonitorHealth>(previous.Monitors.Length);
        for (int i = 0; i < previous.Monitors.Length; i++)
            known[previousTopology.Monitors[i].Key] = previous.Monitors[i];
        for (int i = 0; i < before.Length; i++)
        {
            if (known.TryGetValue(topology.Monitors[i].Key, out MonitorHealth health))
                before[i] = health;
        }

        return before;
    }
}
