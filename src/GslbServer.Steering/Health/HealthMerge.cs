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
        MonitorHealth[] before = CarryOver(topology, previous?.Monitors, previousTopology);
        MonitorIndex index = previous?.Index is { } known && ReferenceEquals(known.Topology, topology) ? known : new MonitorIndex(topology);
        List<Voter> voters = Voter.Roll(index, vantages, now);
        var duties = ProbeDuties.Of(topology, voters.Where(voter => voter.Fresh).Select(voter => (voter.Node, voter.Region)), previous?.Duties);
        foreach (Voter voter in voters)
            voter.Duty = !duties.IsDivided ? null : duties.Of(voter.Node) ?? new bool[index.Count];
        BlindVantages.Mark(topology, voters);

        ImmutableArray<MonitorHealth> monitors = Judge(topology, voters, before, now, out int held);
        if (isFrozen)
            monitors = Settle(monitors);
        return new HealthTable(monitors, OverrideSchedule.InForce(topology, overrides, now, utcNow), now)
        {
            Released = OverrideSchedule.Released(overrides, now, utcNow),
            Index = index,
            Duties = duties,
            HeldByCircuit = held,
            Local = LocalViews.Merge(topology, voters, monitors, previous?.Local, previousTopology, now, isFrozen),
        };
    }

    /// <summary>The verdicts of these vantages on all monitors.</summary>
    internal static ImmutableArray<MonitorHealth> Judge(Topology topology, List<Voter> voters, MonitorHealth[] before, TimeSpan now, out int held)
    {
        var tallies = new Tally[before.Length];
        var verdicts = new Verdict[before.Length];
        bool isQuorate = topology.Monitors.Length <= ProbeDuties.UndividedUpTo || voters.Count(voter => voter.Fresh) * 2 > voters.Count;
        var pool = new LonePool(topology);
        var roll = new VoterRoll(voters, before.Length);
        for (int i = 0; i < before.Length; i++)
        {
            tallies[i] = Ballot.Count(roll.Of(i), i, topology.Checks[topology.Monitors[i].Check]);
            verdicts[i] = Ballot.Decide(tallies[i], i, before[i].Verdict, isQuorate, pool);
        }

        held = MassFlip.Hold(before, tallies, verdicts, now);
        var monitors = ImmutableArray.CreateBuilder<MonitorHealth>(before.Length);
        for (int i = 0; i < before.Length; i++)
            monitors.Add(Next(before[i], verdicts[i], tallies[i], Ballot.IsSettled(roll.Of(i), i, topology.Checks[topology.Monitors[i].Check], verdicts[i]), now));
        return monitors.MoveToImmutable();
    }

    internal static ImmutableArray<MonitorHealth> Settle(ImmutableArray<MonitorHealth> monitors) => [.. monitors.Select(monitor => monitor with { Settled = true })];

    /// <summary>What was known of each monitor of <paramref name="topology"/>, whatever its index was then.</summary>
    internal static MonitorHealth[] CarryOver(Topology topology, ImmutableArray<MonitorHealth>? previous, Topology? previousTopology)
    {
        var before = new MonitorHealth[topology.Monitors.Length];
        Array.Fill(before, new MonitorHealth(Verdict.Unknown, true, TimeSpan.MinValue, default));
        if (previous is not { } then || previousTopology is null)
            return before;
        if (ReferenceEquals(topology, previousTopology))
        {
            then.CopyTo(before);
            return before;
        }

        var known = new Dictionary<string, MonitorHealth>(then.Length);
        for (int i = 0; i < then.Length; i++)
            known[previousTopology.Monitors[i].Key] = then[i];
        for (int i = 0; i < before.Length; i++)
        {
            if (known.TryGetValue(topology.Monitors[i].Key, out MonitorHealth health))
                before[i] = health;
        }

        return before;
    }

    private static MonitorHealth Next(MonitorHealth before, Verdict verdict, in Tally tally, bool settled, TimeSpan now)
    {
        // Unknown counts as up, so the first good word changes nothing.
        bool wentDown = verdict == Verdict.Down && before.Verdict != Verdict.Down;
        bool changed = wentDown || (verdict != Verdict.Down && before.Verdict == Verdict.Down);
        return new MonitorHealth(verdict, settled, changed ? now : before.ChangedAt, (tally.Up, tally.Down, tally.Present))
        {
            Damping = wentDown ? before.Damping.Down(now) : before.Damping,
        };
    }
}
