using GslbServer.Simulator;

namespace GslbServer.Tests.Steering;

/// <summary>A small world of the load simulation; its own program runs the full size.</summary>
public sealed class SimulatedLoadTests
{
    [Fact]
    public void A_hot_region_settles_and_little_traffic_moves()
    {
        LoadFigures figures = LoadFigures.Of(new GslbServer.Simulator.LoadWorld(seed: 1, prefixes: 600, LoadFigures.OthersUse), LoadEvent.None, 1);
        Assert.All(figures.Goals(), goal => Assert.True(goal.Met, $"{goal.What}: {goal.Value} (goal {goal.Goal})"));
        Assert.True(figures.RttCostMs > 0);
    }
}
