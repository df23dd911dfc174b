using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>What carries a drill, what it touches, what a node takes down of it.</summary>
public sealed class DrillTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 22, 44, 0, TimeSpan.Zero);

    private static readonly OperatorOverride Carrier = new(Drill.TargetOf("eu-west"), OverrideState.Down, 100, "game day", "alice", Start, TimeSpan.Zero, null, Start.AddMinutes(10), false, "1");

    [Fact]
    public void An_override_of_a_target_that_steering_does_not_know_carries_it()
    {
        Drill drill = Drill.Of(Carrier)!;
        Assert.Equal(("20261128T224400Z-eu-west", "eu-west", TimeSpan.FromMinutes(10)), (drill.Id, drill.Region, drill.Length));
        SteeringWorld world = World().Override(Carrier.Target, OverrideState.Down);
        Assert.Equal("198.51.100.10", world.Ask("eu", SteeringWorld.Dublin));
        Assert.Null(Drill.Of(Carrier with { Target = "eu-west" }));
    }

    [Fact]
    public void A_tombstone_says_whether_it_had_to_end_at_once()
    {
        OperatorOverride stopped = Drill.Ended(Carrier, "bob", "stopped", isCancelled: false, Start.AddMinutes(1));
        OperatorOverride cancelled = Drill.Ended(Carrier, "node-1", "eu.example.org. would have no serving target", isCancelled: true, Start.AddMinutes(1));
        Assert.All([stopped, cancelled], tombstone => Assert.Null(Drill.Of(tombstone)));
        Assert.Equal((false, true, false), (Drill.IsCancelled(stopped), Drill.IsCancelled(cancelled), Drill.IsCancelled(Carrier)));
    }

    [Fact]
    public void It_touches_the_regions_monitors_and_the_names_that_steer_to_it()
    {
        SteeringWorld world = World().Steer("us", "failover us-east check=web");
        DrillScope scope = DrillScope.Of(world.Topology, "eu-west")!;
        Assert.Equal(["eu.example.org."], scope.Names.Select(name => world.Topology.Names[name.Name].Owner));
        Assert.All(scope.Monitors, monitor => Assert.Equal("eu-west", world.Topology.Regions[world.Topology.Monitors[monitor].Region].Label));
        Assert.Equal(2, scope.Monitors.Length);
        Assert.Null(DrillScope.Of(world.Topology, "nowhere"));
        Assert.Null(DrillScope.Of(world.Topology, "eu-west/198.51.100.10"));
    }

    [Fact]
    public void A_name_is_left_without_a_target_once_the_others_fail_too_and_not_before()
    {
        SteeringWorld world = World();
        DrillScope scope = DrillScope.Of(world.Topology, "eu-west")!;
        Assert.Null(scope.NameWithoutTarget(world.Down("eu-west").Table));
        Assert.Equal("eu.example.org.", scope.NameWithoutTarget(world.Down("us-east").Table));
        Assert.Null(scope.NameWithoutTarget(world.Up("us-east").Table));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(600)]
    [InlineData(86_400)]
    public void Traffic_of_however_long_a_drill_is_a_few_samples_from_its_beginning_to_its_end(int seconds)
    {
        var log = new DrillTrafficLog();
        for (int second = 0; second <= seconds; second++)
            log.Add(new DrillTraffic(1000.0 * second, second, 0));
        Assert.InRange(log.Samples.Count, DrillTraffic.Most / 3, DrillTraffic.Most);
        Assert.Equal(0, log.Samples[0].AtMs);
        Assert.InRange(log.Samples[^1].AtMs, 900.0 * seconds, 1000.0 * seconds);
        Assert.Equal(log.Samples.Select(sample => sample.AtMs).Order(), log.Samples.Select(sample => sample.AtMs));
    }

    [Fact]
    public void A_node_takes_down_each_step_once_and_in_order()
    {
        SteeringWorld world = World();
        DrillScope scope = DrillScope.Of(world.Topology, "eu-west")!;
        var recorder = new DrillRecorder(Drill.Of(Carrier)!, "node-1", Start, world.Now, scope, world.Table);
        string[] keys = [.. scope.Monitors.Select(monitor => world.Topology.Monitors[monitor].Key)];

        recorder.Look(scope, world.Advance(1).Unsettled("eu-west").Table, [new Observation(keys[0], Verdict.Up, -1, 0, "drill")]);
        recorder.Look(scope, world.Advance(1).Down("198.51.100.10").Table, []);
        recorder.Look(scope, world.Advance(1).Down("eu-west").Table, []);
        recorder.Look(scope, world.Advance(60).Table, []);
        recorder.End(world.Now);
        recorder.Look(scope, world.Advance(5).Up("eu-west").Table, []);
        recorder.Look(scope, world.Advance(60).Table, []);
        recorder.Look(scope, world.Advance(60).Table, []);

        DrillNotes notes = recorder.Notes(Start);
        Assert.True(recorder.IsComplete);
        Assert.Equal(DrillMarks.All, notes.Marks.Select(mark => mark.Kind));
        Assert.Equal((0.0, 30), (notes.Marks[0].FirstMs, notes.Marks[0].Value));
        Assert.Equal((1_000.0, 7), (notes.Find(DrillMarks.ShortTtl)!.FirstMs, notes.Find(DrillMarks.ShortTtl)!.Value));
        Assert.Equal((2_000.0, 3_000.0, 2), (notes.Find(DrillMarks.Down)!.FirstMs, notes.Find(DrillMarks.Down)!.LastMs, notes.Find(DrillMarks.Down)!.Count));
        Assert.Equal(63_000, notes.Find(DrillMarks.Ended)!.FirstMs);
        Assert.Equal(68_000, notes.Find(DrillMarks.OldAnswer)!.FirstMs);
    }

    [Fact]
    public void A_name_that_did_not_answer_with_the_region_before_is_no_new_answer()
    {
        SteeringWorld world = World().Steer("slow", "failover eu-west us-east check=web ramp=60s").Down("eu-west").Advance(60).Up("eu-west").Advance(1);
        DrillScope scope = DrillScope.Of(world.Topology, "eu-west")!;
        var recorder = new DrillRecorder(Drill.Of(Carrier)!, "node-1", Start, world.Now, scope, world.Table);
        recorder.Look(scope, world.Advance(1).Table, []);
        Assert.Equal(["heard"], recorder.Notes(Start).Marks.Select(mark => mark.Kind));
        recorder.Look(scope, world.Advance(1).Down("eu-west").Table, []);
        Assert.Equal(1, recorder.Notes(Start).Find(DrillMarks.NewAnswer)!.Count);
    }

    [Fact]
    public void It_is_over_by_either_clock()
    {
        SteeringWorld world = World();
        var recorder = new DrillRecorder(Drill.Of(Carrier)!, "node-1", Start.AddMinutes(-5), world.Now, DrillScope.Of(world.Topology, "eu-west")!, world.Table);
        Assert.False(recorder.IsOver(world.Now, Start.AddMinutes(-5)));
        // A wall clock that is five minutes behind does not make it last longer.
        Assert.True(recorder.IsOver(world.Now + TimeSpan.FromMinutes(10), Start.AddMinutes(5)));
        Assert.True(recorder.IsOver(world.Now, Start.AddMinutes(10)));
    }

    [Fact]
    public void A_node_that_was_started_again_goes_on_with_its_notes()
    {
        SteeringWorld world = World();
        DrillScope scope = DrillScope.Of(world.Topology, "eu-west")!;
        var before = new DrillRecorder(Drill.Of(Carrier)!, "node-1", Start, world.Now, scope, world.Table);
        before.Look(scope, world.Advance(3).Down("eu-west").Table, []);
        var after = new DrillRecorder(before.Drill, before.Notes(Start), world.Now - TimeSpan.FromSeconds(3));
        after.End(world.Advance(10).Now);
        Assert.Equal(["heard", "shortTtl", "down", "newAnswer", "ended"], after.Notes(Start).Marks.Select(mark => mark.Kind));
        Assert.Equal(13_000, after.Notes(Start).Find(DrillMarks.Ended)!.FirstMs);
    }

    private static SteeringWorld World() => SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web ramp=0s");
}
