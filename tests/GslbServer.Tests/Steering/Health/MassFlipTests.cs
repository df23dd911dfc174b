using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>The circuit: when more than half of everything would go down at once, all vantages must see it.</summary>
public sealed class MassFlipTests
{
    private static readonly Topology Ten = MergeWorld.Of(["a", "b", "c", "d", "e"]);

    [Fact]
    public void More_than_half_at_once_needs_every_vantage()
    {
        HealthTable held = Merge(Ten, down: 6, dissenters: 1);
        Assert.All(held.Monitors, monitor => Assert.Equal(Verdict.Up, monitor.Verdict));
        Assert.Equal(6, held.HeldByCircuit);
        Assert.Equal(6, Merge(Ten, down: 6, dissenters: 0).Monitors.Count(monitor => monitor.Verdict == Verdict.Down));
    }

    [Fact]
    public void Half_at_once_is_decided_by_the_majority() => Assert.Equal(5, Merge(Ten, down: 5, dissenters: 1).Monitors.Count(monitor => monitor.Verdict == Verdict.Down));

    [Fact]
    public void What_went_down_seconds_ago_counts()
    {
        HealthTable first = Merge(Ten, down: 4, dissenters: 1);
        HealthTable soon = Merge(Ten, down: 8, dissenters: 1, first, 5), later = Merge(Ten, down: 8, dissenters: 1, first, 11);
        Assert.Equal((4, 4), (soon.Monitors.Count(monitor => monitor.Verdict == Verdict.Down), soon.HeldByCircuit));
        Assert.Equal((8, 0), (later.Monitors.Count(monitor => monitor.Verdict == Verdict.Down), later.HeldByCircuit));
    }

    [Fact]
    public void Few_monitors_have_no_circuit() =>
        Assert.Equal(6, Merge(MergeWorld.Topology, down: 6, dissenters: 1).Monitors.Count(monitor => monitor.Verdict == Verdict.Down));

    /// <summary>Three vantages; the first monitors are down for all but the dissenters. No vantage may look blind: half of what others see up would be.</summary>
    private static HealthTable Merge(Topology topology, int down, int dissenters, HealthTable? before = null, double seconds = 0)
    {
        TimeSpan now = MergeWorld.Now + TimeSpan.FromSeconds(seconds);
        VantageView[] views = [.. Enumerable.Range(0, 3).Select(vantage => MergeWorld.View($"node-{vantage}",
            [.. topology.Monitors.Select((monitor, i) => MergeWorld.Sees(monitor.Key, i < down && vantage >= dissenters ? "down-2" : "up9"))]) with { LastAdvanced = now })];
        before ??= HealthTable.Unknown(topology, now) with { Monitors = [.. topology.Monitors.Select(_ => new MonitorHealth(Verdict.Up, true, TimeSpan.MinValue, default))] };
        return HealthMerge.Merge(topology, views, [], before, topology, now, MergeWorld.UtcNow);
    }
}
