using GslbServer.Simulator;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Who probes what when monitors are divided, and how they are handed over.</summary>
public sealed class ProbeDutiesTests
{
    private static readonly Topology Small = HealthWorld.Build(regions: 20, endpointsPerRegion: 50);
    private static readonly Topology Large = HealthWorld.Build(regions: 21, endpointsPerRegion: 50);

    [Fact]
    public void Few_monitors_or_few_vantages_are_not_divided()
    {
        Assert.Equal(1000, Small.Monitors.Length);
        Assert.False(ProbeDuties.Of(Small, Nodes(20)).IsDivided);
        Assert.False(ProbeDuties.Of(Large, Nodes(3)).IsDivided);
        Assert.Equal(1050, ProbeDuties.Of(Large, Nodes(3)).CountOf("ns2"));
        Assert.True(ProbeDuties.Of(Large, Nodes(4)).IsDivided);
    }

    [Fact]
    public void Each_monitor_has_three_vantages_in_three_regions_whatever_the_order_they_were_heard_in()
    {
        var duties = ProbeDuties.Of(Large, Nodes(10));
        var reversed = ProbeDuties.Of(Large, Nodes(10).Reverse());
        for (int monitor = 0; monitor < Large.Monitors.Length; monitor++)
        {
            string[] vantages = [.. duties.VantagesOf(monitor)];
            Assert.Equal(3, vantages.Length);
            Assert.Equal(3, vantages.Select(node => Nodes(10).Single(n => n.Node == node).Region).Distinct().Count());
            Assert.Equal(vantages.Order(), reversed.VantagesOf(monitor).Order());
        }
    }

    [Fact]
    public void Where_there_are_fewer_regions_than_vantages_wanted_regions_repeat() =>
        Assert.All(Enumerable.Range(0, 100), monitor => Assert.Equal(3, ProbeDuties.Of(Large, Nodes(6, regions: 2)).VantagesOf(monitor).Distinct().Count()));

    [Fact]
    public void A_node_that_comes_or_goes_moves_only_its_own_monitors()
    {
        ProbeDuties nine = ProbeDuties.Of(Large, Nodes(9)), ten = ProbeDuties.Of(Large, Nodes(10));
        for (int monitor = 0; monitor < Large.Monitors.Length; monitor++)
        {
            string[] before = [.. nine.VantagesOf(monitor)], after = [.. ten.VantagesOf(monitor)];
            Assert.True(after.Contains("ns9") || before.SequenceEqual(after));
            // Its coming may, by the rule of distinct regions, let one other change places.
            Assert.InRange(after.Except(before).Count(), 0, 2);
        }
    }

    [Fact]
    public void Same_vantages_give_the_same_object()
    {
        var duties = ProbeDuties.Of(Large, Nodes(5));
        Assert.Same(duties, ProbeDuties.Of(Large, Nodes(5).Reverse(), duties));
        Assert.NotSame(duties, ProbeDuties.Of(Large, Nodes(6), duties));
    }

    [Fact]
    public void A_vantage_probes_on_until_the_others_have_judged()
    {
        var duties = ProbeDuties.Of(Large, Nodes(5));
        int other = Enumerable.Range(0, 1050).First(monitor => !duties.VantagesOf(monitor).Contains("ns0"));
        string key = Large.Monitors[other].Key;
        TimeSpan now = MergeWorld.Now;
        VantageView[] Reports(Verdict verdict, int judging) => [.. duties.VantagesOf(other).Take(judging).Select(node => MergeWorld.View(node, [new Observation(key, verdict, 3, 1, "")]))];

        Assert.Contains(key, duties.Wanted("ns0", null, [], now)!);
        Assert.Contains(key, duties.Wanted("ns0", null, Reports(Verdict.Up, judging: 2), now)!);
        Assert.Contains(key, duties.Wanted("ns0", null, Reports(Verdict.Unknown, judging: 3), now)!);
        Assert.DoesNotContain(key, duties.Wanted("ns0", null, Reports(Verdict.Down, judging: 3), now)!);
        // What is another's and was given away is not taken back.
        Assert.DoesNotContain(key, duties.Wanted("ns0", [], [], now)!);
        Assert.Null(ProbeDuties.Of(Small, Nodes(5)).Wanted("ns0", null, [], now));
    }

    [Fact]
    public void Verdicts_follow_the_vantages_that_probe_now_and_not_those_that_died()
    {
        var duties = ProbeDuties.Of(Large, Nodes(8));
        string[] old = [.. duties.VantagesOf(0)];
        string dead = old[0];
        var present = ProbeDuties.Of(Large, Nodes(8).Where(node => node.Node != dead));
        VantageView[] views = [.. Nodes(8).Select(node => MergeWorld.View(node.Node,
            old.Contains(node.Node) ? [new Observation(Large.Monitors[0].Key, node.Node == dead ? Verdict.Up : Verdict.Down, node.Node == dead ? 9 : -3, 1, "")] : [],
            node.Node == dead ? "stale" : "")).Select(view => view with { Report = view.Report with { Region = Nodes(8).Single(n => n.Node == view.Report.Node).Region } })];

        HealthTable table = HealthMerge.Merge(Large, views, [], All(Verdict.Up), Large, MergeWorld.Now, MergeWorld.UtcNow);

        Assert.Equal(Verdict.Down, table.Monitors[0].Verdict);
        Assert.Equal(present.VantagesOf(0).Order(), table.Duties!.VantagesOf(0).Order());
    }

    [Fact]
    public void A_minority_of_the_nodes_decides_nothing()
    {
        VantageView[] views = [.. Nodes(10).Select((node, i) => MergeWorld.View(node.Node, [.. Large.Monitors.Select(monitor => new Observation(monitor.Key, Verdict.Down, -9, 1, ""))],
            i < 5 ? "" : "stale"))];
        HealthTable frozen = HealthMerge.Merge(Large, views, [], All(Verdict.Up), Large, MergeWorld.Now, MergeWorld.UtcNow);
        Assert.All(frozen.Monitors, monitor => Assert.Equal(Verdict.Up, monitor.Verdict));
    }

    private static HealthTable All(Verdict verdict) => HealthTable.Unknown(Large, MergeWorld.Now) with
    {
        Monitors = [.. Large.Monitors.Select(_ => new MonitorHealth(verdict, true, TimeSpan.MinValue, default))],
    };

    private static IEnumerable<(string Node, string? Region)> Nodes(int count, int regions = 5) => Enumerable.Range(0, count).Select(i => ($"ns{i}", (string?)$"r{i % regions}"));
}
