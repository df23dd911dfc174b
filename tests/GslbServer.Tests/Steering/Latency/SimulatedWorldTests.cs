using System.Text.Json;
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

    [Fact]
    public void Figures_are_told_as_json_with_the_goals_that_are_missed()
    {
        Accuracy none = new(0, 96, 90, 95, 3, 2, true, []), poor = none with { Samples = 5, Within = 99.4, SameAsGeo = false }, good = poor with { Samples = 10, Within = 99.95, NoSubnetGap = 0.4 };
        var figures = new Figures(7, false, none, [none, poor, good], 0.01, double.PositiveInfinity, 90, 0.06, 0, 300, new Cost(300, 100, 19.4, 1 << 20));
        JsonElement json = JsonDocument.Parse(FiguresJson.Write(figures)).RootElement;
        Assert.Equal((7UL, 99.4, JsonValueKind.Null), (json.GetProperty("seed").GetUInt64(), json.GetProperty("within5msN5").GetDouble(), json.GetProperty("stepMovedMinutes").ValueKind));
        Assert.Equal(["traffic within max(5 ms, 10 %) of the best, 5 samples", "+40 ms step: 95 % of affected traffic moved in"],
            json.GetProperty("missed").EnumerateArray().Select(goal => goal.GetString()));
    }
}
