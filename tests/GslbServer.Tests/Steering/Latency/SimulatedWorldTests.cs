using GslbServer.Simulator;

namespace GslbServer.Tests.Steering;

/// <summary>A small world of the simulator; its own program runs the full size.</summary>
public sealed class SimulatedWorldTests
{
    [Fact]
    public void Measured_answers_are_as_by_geography_without_samples_and_far_better_with_five()
    {
        var world = new World(seed: 1, isHard: false, prefixes: 600);
        Accuracy geography = AccuracyRun.Geography(world), none = AccuracyRun.Run(world, 1, 0), five = AccuracyRun.Run(world, 1, 5);
        Assert.True(none.SameAsGeo);
        Assert.InRange(geography.Within, 85, 98);
        Assert.InRange(five.Within, 99, 100);
        Assert.InRange(five.MeanRegret, 0, geography.MeanRegret / 4);
    }
}
