using System.Text.Json;
using GslbServer.Simulator;

namespace GslbServer.Tests;

/// <summary>Short runs of the health simulator; its own program runs the full length.</summary>
public sealed class SimulatedHealthTests
{
    [Fact]
    public void Loss_and_pauses_give_no_wrong_verdict() => Assert.Equal(0, HealthRuns.Calm(seed: 1, days: 0.25, vantages: 3).Wrong);

    [Fact]
    public void A_region_that_dies_is_known_within_five_seconds_and_on_all_nodes_within_one_more()
    {
        List<(double First, double Last)> deaths = HealthRuns.Deaths(seed: 1, deaths: 40);
        Assert.All(deaths, death => Assert.InRange(death.First, 0.5, 5));
        Assert.All(deaths, death => Assert.InRange(death.Last - death.First, 0, 1));
    }

    [Fact]
    public void Work_per_node_falls_as_nodes_join_and_so_does_what_stores_carry()
    {
        var topology = HealthWorld.Build(regions: 40, endpointsPerRegion: 50);
        Scale ten = ScaleRun.Of(topology, 10), twenty = ScaleRun.Of(topology, 20);
        Assert.Equal((600, 300), (ten.MeanPerNode, twenty.MeanPerNode));
        Assert.InRange(twenty.MostPerNode, 300, 375);
        Assert.InRange(twenty.StormOctets, twenty.CalmOctets, 1_000_000);
    }

    [Fact]
    public void Figures_are_told_as_json_with_the_goals_that_are_missed()
    {
        var scale = new Scale(20, 10_000, 1500, 1600, 1, 0.05, 200_000, 1_200_000);
        var figures = new HealthFigures(7, 1, 42, [(3.1, 3.2), (4.2, double.PositiveInfinity)], [scale], 1, 2);
        JsonElement json = JsonDocument.Parse(figures.ToJson()).RootElement;
        Assert.Equal((1, 4.2, JsonValueKind.Null), (json.GetProperty("wrongVerdicts").GetInt32(), json.GetProperty("verdictP99Seconds").GetDouble(), json.GetProperty("agreementMaxSeconds").ValueKind));
        Assert.Equal(["wrong verdicts in 42 monitor days", "all nodes agree after", "store traffic of a node, 20 nodes, while a region of five dies"],
            json.GetProperty("missed").EnumerateArray().Select(goal => goal.GetString()));
    }
}
