using GslbServer.Steering;
using GslbServer.Tests.Steering;

namespace GslbServer.Tests.Admin;

/// <summary>What status says of overrides, from plain values.</summary>
public sealed class OverrideStatusTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Theory]
    [InlineData(0, 0, "settling", 100)]
    [InlineData(0, 31, "in-force", 100)]
    [InlineData(60, 10, "lowering-ttl", 0)]
    [InlineData(60, 60, "moving", 50)]
    [InlineData(60, 95, "settling", 100)]
    [InlineData(60, 121, "in-force", 100)]
    public void A_drain_says_its_phase_and_how_much_has_moved(int ramp, int seconds, string phase, double moved)
    {
        OperatorOverride drain = Drain("eu-west") with { Ramp = TimeSpan.FromSeconds(ramp) };
        OverrideView view = View(drain, Now.AddSeconds(seconds));
        Assert.Equal((phase, moved), (view.Phase, view.MovedPercent));
        Assert.Equal(ramp == 0 ? (Now, Now) : (Now.AddSeconds(30), Now.AddSeconds(90)), (view.MovesAt, view.MovedAt));
    }

    [Fact]
    public void A_scheduled_one_and_one_without_a_target_say_so()
    {
        Assert.Equal("scheduled", View(Drain("eu-west") with { StartsAt = Now.AddHours(1) }, Now).Phase);
        Assert.Equal("no-target", View(Drain("mars"), Now).Phase);
        Assert.Contains(Warnings(View(Drain("mars"), Now)), text => text.Contains("no zone has it any more", StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_that_steers_by_less_is_named_once_it_had_time()
    {
        OperatorOverride drain = Drain("eu-west") with { Revision = "001700000000000-000000-a" };
        VantageView behind = new(StateWorld.Report("b") with { AppliedRevision = "001600000000000-000000-a" }, TimeSpan.FromHours(1), false);
        VantageView level = new(StateWorld.Report("c") with { AppliedRevision = drain.Revision }, TimeSpan.FromHours(1), false);
        Assert.Empty(View(drain, Now.AddSeconds(1), behind, level).MissingOn);
        OverrideView view = View(drain, Now.AddSeconds(6), behind, level);
        Assert.Equal(["b"], view.MissingOn);
        Assert.Contains("drain of eu-west is not in force on b", Warnings(view));
    }

    [Fact]
    public void Forced_ones_those_that_stand_aside_and_those_that_keep_the_last_out_are_warnings()
    {
        SteeringWorld world = World().Override("eu-west", OverrideState.Drain, forced: true).Down("us-east");
        OverrideView forced = View(Drain("eu-west") with { Forced = true }, Now);
        string[] warnings = [.. OverrideWarnings.Of(world.Table, [forced], [])];
        Assert.Contains("eu-west is under \"drain\" by alice by force: it does not stand aside where nothing else serves", warnings);
        Assert.Contains("eu.example.org. has nothing that serves but eu-west, which alice keeps out by force (gslb undrain eu-west)", warnings);
        Assert.Contains("drain of eu-west by alice stands aside at eu.example.org.: nothing else serves there, and it was not forced",
            Warnings(View(Drain("eu-west"), Now) with { StandsAsideAt = ["eu.example.org."] }));
    }

    [Fact]
    public void What_waits_for_an_undrain_is_listed_with_the_command_that_releases_it()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web failback=manual ramp=0s").Down("eu-west").Advance(100).Up("eu-west").Advance(60);
        HeldStatus held = Assert.Single(HeldStatus.All(world.Table));
        Assert.Equal(("eu-west", 60, "gslb undrain eu-west"), (held.Region, held.SinceSeconds, held.Command));
        Assert.Equal(["eu.example.org."], held.Names);
        Assert.Contains("eu-west recovered 1m ago and waits at eu.example.org. (failback=manual): gslb undrain eu-west", OverrideWarnings.Of(world.Table, [], [held]));
        Assert.Empty(HeldStatus.All(world.Undrain("eu-west").Table));
    }

    [Fact]
    public void Who_still_arrives_is_told_by_balancer_for_regions()
    {
        RegionTraffic[] traffic = [new("eu-west", "lb-1", 12.346, 3, null), new("us-east", "lb-2", 5, 0, null)];
        OverrideView view = OverrideViewBuilder.Build(Drain("eu-west"), World().Table, [], traffic, [], Now);
        Assert.Equal(new ArrivingTraffic("eu-west", "lb-1", 12.35, 3), Assert.Single(view.Arriving));
        Assert.Empty(OverrideViewBuilder.Build(Drain("eu.example.org.@eu-west"), World().Table, [], traffic, [], Now).Arriving);
    }

    [Fact]
    public void A_region_whose_only_address_an_operator_took_down_is_not_shown_as_up()
    {
        Assert.Equal(["down", "up"], States(Small().Override("eu-west/198.51.100.10", OverrideState.Down)));
        Assert.Equal(["drained", "up"], States(Small().Override("eu-west/198.51.100.10", OverrideState.Drain)));
        Assert.Equal(["up", "up"], States(Small().Down("eu-west").Override("eu-west/198.51.100.10", OverrideState.Up)));
        Assert.Equal(["up", "up"], States(Small().Override("eu-west", OverrideState.Down).Override("eu-west/198.51.100.10", OverrideState.Up)));
        Assert.Equal(["drained", "up"], States(Small().Override("eu-west", OverrideState.Drain)));
        Assert.Equal(["up", "up"], States(World().Override("eu-west/198.51.100.10", OverrideState.Down)));    // its AAAA serves on

        static SteeringWorld Small() => new SteeringWorld().Region("eu-west", "53.35 -6.26", "198.51.100.10").Region("us-east", "39.04 -77.49", "192.0.2.10")
            .Check("web", "https path=/healthz").Steer("eu", "failover eu-west us-east check=web");
        static IEnumerable<string> States(SteeringWorld world) => Assert.Single(NameStatusBuilder.Build(world.Table)).Targets.Select(target => target.State);
    }

    private static IEnumerable<string> Warnings(OverrideView view) => OverrideWarnings.Of(World().Table, [view], []);

    private static SteeringWorld World() => SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web");

    /// <summary>As a node sees it that merged at this moment.</summary>
    private static OverrideView View(OperatorOverride value, DateTimeOffset utcNow, params VantageView[] others)
    {
        SteeringWorld world = World();
        HealthTable health = HealthMerge.Merge(world.Topology, [], [value], null, null, TimeSpan.FromHours(1), utcNow);
        return OverrideViewBuilder.Build(value, SteeringTable.Compile(world.Plan, health, null), others, [], [], utcNow);
    }

    private static OperatorOverride Drain(string target) => new(target, OverrideState.Drain, 100, "maintenance", "alice", Now, TimeSpan.Zero, null, null, false, "001700000000000-000000-a");
}
