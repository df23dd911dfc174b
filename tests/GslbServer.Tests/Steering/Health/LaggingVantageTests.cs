using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Vantages whose word tells of themselves: late ones, and one that hears no other.</summary>
public sealed class LaggingVantageTests
{
    [Fact]
    public void A_vantage_that_is_later_than_the_cadence_abstains()
    {
        Assert.Equal(Verdict.Up, Verdicts(lagSeconds: 2.1)[0].Verdict);
        Assert.Equal((1, 1, 3), Verdicts(lagSeconds: 2.1)[0].Votes);
        Assert.Equal(Verdict.Down, Verdicts(lagSeconds: 2)[0].Verdict);
    }

    [Fact]
    public void A_late_vantage_makes_no_other_blind()
    {
        Observation[] down = [.. MergeWorld.Topology.Monitors.Select(monitor => MergeWorld.Sees(monitor.Key, "down-3"))];
        Observation[] up = [.. MergeWorld.Topology.Monitors.Select(monitor => MergeWorld.Sees(monitor.Key, "up9"))];
        VantageView late = MergeWorld.View("late", up);
        late = late with { Report = late.Report with { Lag = TimeSpan.FromSeconds(5) } };
        HealthTable table = MergeWorld.Merge([MergeWorld.View("a", down), MergeWorld.View("b", down), late], MergeWorld.All(Verdict.Up));
        Assert.All(table.Monitors, monitor => Assert.Equal(Verdict.Down, monitor.Verdict));
    }

    [Fact]
    public void A_vantage_that_succeeds_again_brings_nothing_down()
    {
        VantageView[] views = [.. MergeWorld.Vantages("down-2 up9 up9")];
        Observation recovering = new("us-east/0", Verdict.Down, 2, 1, "");
        VantageView second = MergeWorld.View("node-1", [recovering]);
        Assert.Equal(Verdict.Up, MergeWorld.Merge([views[0], second, views[2]], MergeWorld.All(Verdict.Up)).Monitors[0].Verdict);
        Assert.Equal(Verdict.Down, MergeWorld.Merge([views[0], second, views[2]], MergeWorld.All(Verdict.Down)).Monitors[0].Verdict);
    }

    [Theory]
    [InlineData("down-5", Verdict.Down)]
    [InlineData("down-4", Verdict.Up)]
    [InlineData("up3", Verdict.Up)]
    public void Alone_a_vantage_takes_down_whole_pools_only(string other, Verdict expected)
    {
        VantageView alone = MergeWorld.View("a", [MergeWorld.Sees("us-east/0", "down-9"), MergeWorld.Sees("us-east/1", other), MergeWorld.Sees("eu-west/0", "up9")]);
        VantageView[] silent = [.. new[] { "b", "c" }.Select(node => MergeWorld.View(node, [MergeWorld.Sees("us-east/0", "up9"), MergeWorld.Sees("us-east/1", "up9")], "stale"))];
        Assert.Equal(expected, MergeWorld.Merge([alone, .. silent], MergeWorld.All(Verdict.Up)).Monitors[0].Verdict);
    }

    private static IReadOnlyList<MonitorHealth> Verdicts(double lagSeconds)
    {
        VantageView[] views = [.. MergeWorld.Vantages("down-3 down-3 up9")];
        views[0] = views[0] with { Report = views[0].Report with { Lag = TimeSpan.FromSeconds(lagSeconds) } };
        return MergeWorld.Merge(views, MergeWorld.All(Verdict.Up)).Monitors;
    }
}
