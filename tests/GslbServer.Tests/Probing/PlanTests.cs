using GslbServer.Probing;
using GslbServer.Steering;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

public sealed class PlanTests
{
    private static readonly Check Every2 = Check(CheckKind.Http, 80);

    [Fact]
    public void Monitor_that_stays_keeps_its_counters_whatever_its_index()
    {
        ProbePlan before = ProbePlan.Make(Of(("a", Every2), ("b", Every2)), "node-1", ProbePlan.Empty, []);
        before.ByKey["b"].Count(ProbeResult.Good("HTTP 200"), TimeSpan.FromMilliseconds(7));

        ProbePlan after = ProbePlan.Make(Of(("b", Every2), ("c", Every2)), "node-1", before, []);

        Assert.Equal(new Observation("b", Verdict.Up, Every2.Rise, 7, "HTTP 200"), after.Watches[0].Observation);
        Assert.True(after.Watches[0].Probed);
        Assert.True(before.ByKey["a"].Ended);
        Assert.False(after.IsProbed); // c is new
        Assert.Equal(new Observation("c", Verdict.Unknown, 0, 0, "not yet probed"), after.Watches[1].Observation);
    }

    [Fact]
    public void Known_observation_is_a_starting_point_for_new_monitors_alone()
    {
        Observation knownA = new("a", Verdict.Down, -4, 12, "connection refused"), knownB = new("b", Verdict.Down, -9, 0, "HTTP 503, expected 200");
        ProbePlan before = ProbePlan.Make(Of(("b", Every2)), "node-1", ProbePlan.Empty, []);
        before.Watches[0].Count(ProbeResult.Good("HTTP 200"), null);

        ProbePlan after = ProbePlan.Make(Of(("a", Every2), ("b", Every2)), "node-1", before, [knownA, knownB]);

        Assert.Equal(knownA, after.Watches[0].Observation);
        Assert.Equal(Verdict.Up, after.Watches[1].Observation.Verdict);
        Assert.False(after.IsProbed); // known is not probed
        after.Watches[0].Count(ProbeResult.Good("HTTP 200"), null);
        Assert.Equal((Verdict.Down, 1), (after.Watches[0].Observation.Verdict, after.Watches[0].Observation.Streak));
        Assert.True(after.IsProbed);
    }

    [Fact]
    public void Monitor_named_twice_is_watched_once() =>
        Assert.Single(ProbePlan.Make(Of(("a", Every2), ("a", Every2)), "node-1", ProbePlan.Empty, []).Watches);

    [Fact]
    public void Empty_topology_is_probed() => Assert.True(ProbePlan.Make(Topology.Empty, "node-1", ProbePlan.Empty, []).IsProbed);

    [Fact]
    public void Phase_is_fixed_by_node_and_monitor_and_lies_within_the_period()
    {
        TimeSpan period = TimeSpan.FromSeconds(2);
        Assert.Equal(Phase.Of("node-1", "a", period), Phase.Of("node-1", "a", period));
        Assert.NotEqual(Phase.Of("node-1", "a", period), Phase.Of("node-2", "a", period));
        int[] tenths = new int[10];
        for (int i = 0; i < 5_000; i++)
            tenths[Phase.Of("node-1", $"https:198.51.100.{i % 250}:443:{i:x8}", period).Ticks * 10 / period.Ticks]++;
        Assert.All(tenths, count => Assert.InRange(count, 400, 600));
    }

    [Theory]
    [InlineData(1, 2, 0, 1)]           // near: as written
    [InlineData(1, 2, 100, 1)]
    [InlineData(1, 2, 270, 1.58)]      // far: 0.5 s and four round trips
    [InlineData(1, 2, 900, 2)]         // at most 2 s
    [InlineData(1, 1.2, 900, 1.2)]     // never above the cadence
    [InlineData(0.8, 2, 270, 0.8)]     // the zone wrote its own
    [InlineData(1.5, 2, 900, 1.5)]
    public void Default_timeout_is_raised_for_a_far_region(double timeout, double every, double roundTripMilliseconds, double expected)
    {
        Watch watch = ProbePlan.Make(Of(("a", Check(CheckKind.Https, 443, timeout: timeout, every: every))), "node-1", ProbePlan.Empty, []).Watches[0];
        if (roundTripMilliseconds > 0)
            watch.Learn(TimeSpan.FromMilliseconds(roundTripMilliseconds));
        Assert.Equal(expected, watch.Timeout.TotalSeconds, 6);
    }
}
