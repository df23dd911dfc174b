using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>What is asked before an override is stored.</summary>
public sealed class DrainSafetyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public void The_last_serving_target_is_refused_and_one_of_two_is_not()
    {
        SteeringTable table = World().Table;
        Assert.True(DrainSafety.Of(table, Drain("eu-west")).IsSafe);
        Assert.Equal(["eu.example.org."], DrainSafety.Of(table, Drain("us-east"), [Drain("eu-west")]).WithoutTarget);
        Assert.Equal(["eu.example.org."], DrainSafety.Of(World().Down("us-east").Table, Drain("eu-west")).WithoutTarget);
    }

    [Fact]
    public void A_drain_still_ramping_counts_as_if_it_had_run_its_course() =>
        Assert.Equal(["eu.example.org."], DrainSafety.Of(World().Table, Drain("us-east"), [Drain("eu-west") with { Ramp = TimeSpan.FromHours(1) }]).WithoutTarget);

    [Fact]
    public void What_serves_only_because_its_drain_stands_aside_cannot_be_taken_down()
    {
        SteeringTable table = World().Override("eu-west", OverrideState.Drain).Down("us-east").Table;
        Assert.False(DrainSafety.Of(table, Drain("eu-west") with { State = OverrideState.Down }).IsSafe);
        Assert.True(DrainSafety.Of(table, Drain("eu-west") with { Reason = "longer" }).IsSafe);
        Assert.False(DrainSafety.Of(table, Drain("eu-west") with { Forced = true }).IsSafe);
    }

    [Fact]
    public void A_scheduled_drain_is_judged_by_what_holds_at_its_hour()
    {
        SteeringTable table = World().Override("eu-west", OverrideState.Drain).Table;
        OperatorOverride present = Drain("eu-west") with { ExpiresAt = Now.AddHours(1) };
        Assert.False(DrainSafety.Of(table, Drain("us-east"), [present]).IsSafe);
        Assert.True(DrainSafety.Of(table, Drain("us-east") with { StartsAt = Now.AddHours(1) }, [present]).IsSafe);
        Assert.False(DrainSafety.Of(table, Drain("us-east") with { StartsAt = Now.AddMinutes(59) }, [present]).IsSafe);
        OperatorOverride planned = Drain("eu-west") with { StartsAt = Now.AddHours(2), ExpiresAt = Now.AddHours(3) };
        Assert.False(DrainSafety.Of(World().Table, Drain("us-east") with { StartsAt = Now.AddHours(2.5) }, [planned]).IsSafe);
    }

    [Fact]
    public void A_drain_that_a_scheduled_one_will_meet_is_a_warning()
    {
        OperatorOverride planned = Drain("eu-west") with { StartsAt = Now.AddHours(2), Owner = "bob" };
        var safety = DrainSafety.Of(World().Table, Drain("us-east"), [planned]);
        Assert.True(safety.IsSafe);
        Assert.StartsWith($"from {planned.StartsAt:u} on eu-west is out too (by bob: maintenance), and nothing is left of eu.example.org.", Assert.Single(safety.Warnings));
        Assert.Empty(DrainSafety.Of(World().Table, Drain("us-east") with { ExpiresAt = Now.AddHours(2) }, [planned]).Warnings);
    }

    [Fact]
    public void A_region_in_a_drill_is_as_good_as_down_before_its_verdict_is()
    {
        OperatorOverride drill = Drain(Drill.TargetOf("eu-west")) with { State = OverrideState.Down, ExpiresAt = Now.AddMinutes(10) };
        Assert.Equal(["eu.example.org."], DrainSafety.Of(World().Table, Drain("us-east"), [drill]).WithoutTarget);
        Assert.True(DrainSafety.Of(World().Table, Drain("us-east"), [Drill.Ended(drill, "alice", "stopped", isCancelled: false, Now)]).IsSafe);
        Assert.True(DrainSafety.Of(World().Table, Drain("us-east") with { StartsAt = Now.AddHours(1) }, [drill]).IsSafe);
        Assert.True(DrainSafety.Of(World().Table, Drain("us-east"), [drill, Drain("eu-west") with { State = OverrideState.Up }]).IsSafe);
    }

    [Fact]
    public void Tombstones_and_what_has_expired_take_nothing() => Assert.True(DrainSafety.Of(World().Table, Drain("us-east"),
        [Drain("eu-west") with { State = OverrideState.None }, Drain("eu-west.example.org.") with { ExpiresAt = Now }]).IsSafe);

    [Fact]
    public void What_remains_is_held_against_what_arrives_now_where_balancers_report()
    {
        RegionTraffic[] traffic = [new("eu-west", "lb-1", 900, 3, 1000), new("eu-west.example.org.", "lb-2", 300, 1, 1000), new("us-east", "lb-3", 100, 1, 1000)];
        Assert.Equal("eu.example.org.: the regions left can take 1000 requests per second, and 1300 arrive now",
            Assert.Single(DrainSafety.Of(World().Table, Drain("eu-west"), [], traffic).Warnings));
        Assert.Empty(DrainSafety.Of(World().Table, Drain("us-east"), [], traffic).Warnings);
        Assert.Empty(DrainSafety.Of(World().Table, Drain("eu-west"), [], [traffic[2]]).Warnings);
    }

    [Fact]
    public void Where_none_reports_it_is_held_against_what_goes()
    {
        SteeringWorld world = new SteeringWorld().Check("web", "tcp port=80").Region("big", "0 0 capacity=4000", "192.0.2.1").Region("small", "0 0 capacity=1000", "192.0.2.2");
        foreach (string name in (string[])["a", "b", "c", "d", "e"])
            world.Steer(name, "failover big small check=web");
        Assert.Equal("a.example.org., b.example.org., c.example.org. and 2 more names: the regions left can take 1000 requests per second, big could take 4000",
            Assert.Single(DrainSafety.Of(world.Table, Drain("big")).Warnings));
        Assert.Empty(DrainSafety.Of(world.Table, Drain("small")).Warnings);
        Assert.Empty(DrainSafety.Of(World().Table, Drain("eu-west")).Warnings);
    }

    [Fact]
    public void Where_one_family_of_two_is_lost_it_is_named()
    {
        SteeringWorld world = new SteeringWorld().Region("both", "0 0", "192.0.2.1", "2001:db8::1").Region("old", "0 0", "192.0.2.2").Steer("www", "failover both old");
        var safety = DrainSafety.Of(world.Table, Drain("both"));
        Assert.Equal(["www.example.org."], safety.WithoutTarget);
        Assert.Equal(["www.example.org. (AAAA alone; A keeps one)"], safety.Losses);
        Assert.Equal(["eu.example.org."], DrainSafety.Of(World().Down("us-east").Table, Drain("eu-west")).Losses);
    }

    [Fact]
    public void A_drain_that_ends_before_traffic_moves_is_a_warning()
    {
        OperatorOverride hasty = Drain("eu-west") with { Ramp = TimeSpan.FromSeconds(60), ExpiresAt = Now.AddSeconds(20) };
        Assert.Equal($"it ends at {Now.AddSeconds(20):u}, before traffic would begin to move at {Now.AddSeconds(30):u}: nobody moves", Assert.Single(DrainSafety.Of(World().Table, hasty).Warnings));
        Assert.Empty(DrainSafety.Of(World().Table, hasty with { ExpiresAt = Now.AddMinutes(10) }).Warnings);
    }

    private static SteeringWorld World() => SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web");

    private static OperatorOverride Drain(string target) =>
        new(target, OverrideState.Drain, 100, "maintenance", "alice", Now, TimeSpan.Zero, null, null, false, "");
}
