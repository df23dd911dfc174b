using GslbServer.Steering;

namespace GslbServer.Tests;

public sealed class HealthMergeTests
{
    [Theory]
    // One vantage known: its own word, at the CHECK's fall and rise.
    [InlineData(Verdict.Unknown, "up1", Verdict.Up)]
    [InlineData(Verdict.Up, "down-2", Verdict.Down)]
    [InlineData(Verdict.Down, "up3", Verdict.Up)]
    [InlineData(Verdict.Up, "unknown", Verdict.Up)]
    [InlineData(Verdict.Down, "unknown", Verdict.Down)]
    [InlineData(Verdict.Up, "stale:down-9", Verdict.Up)]
    [InlineData(Verdict.Down, "stale:up9", Verdict.Down)]
    [InlineData(Verdict.Unknown, "", Verdict.Unknown)]
    // Two: both must agree.
    [InlineData(Verdict.Up, "down-2 up9", Verdict.Up)]
    [InlineData(Verdict.Up, "down-99 up9", Verdict.Up)]
    [InlineData(Verdict.Down, "down-2 up9", Verdict.Down)]
    [InlineData(Verdict.Unknown, "down-2 up9", Verdict.Unknown)]
    [InlineData(Verdict.Up, "down-2 down-2", Verdict.Down)]
    [InlineData(Verdict.Down, "up3 up3", Verdict.Up)]
    // One of two is heard: its bad word after five straight failures, its good word at once.
    [InlineData(Verdict.Up, "down-4 stale:up9", Verdict.Up)]
    [InlineData(Verdict.Up, "down-5 stale:up9", Verdict.Down)]
    [InlineData(Verdict.Down, "up3 stale:down-9", Verdict.Up)]
    [InlineData(Verdict.Up, "down-4 unknown", Verdict.Up)]
    [InlineData(Verdict.Up, "down-5 unknown", Verdict.Down)]
    [InlineData(Verdict.Up, "stale:down-9 stale:down-9", Verdict.Up)]
    // One that left properly is no longer counted: its fellow is alone and decides at once.
    [InlineData(Verdict.Up, "down-2 leaving:up9", Verdict.Down)]
    // Nor is one that does not probe, or does not have this monitor.
    [InlineData(Verdict.Up, "down-2 balancer:none", Verdict.Down)]
    [InlineData(Verdict.Up, "down-2 none", Verdict.Down)]
    // Three: majority of the fresh, two needed.
    [InlineData(Verdict.Up, "down-2 down-2 up9", Verdict.Down)]
    [InlineData(Verdict.Up, "down-2 up9 up9", Verdict.Up)]
    [InlineData(Verdict.Down, "down-9 up3 up3", Verdict.Up)]
    [InlineData(Verdict.Up, "down-2 down-2 stale:up9", Verdict.Down)]
    [InlineData(Verdict.Up, "down-9 up9 stale:down-9", Verdict.Up)]
    [InlineData(Verdict.Down, "down-9 up9 stale:up9", Verdict.Down)]
    [InlineData(Verdict.Up, "down-2 down-2 unknown", Verdict.Down)]
    // Below quorum: frozen, but for a node that hears no other at all.
    [InlineData(Verdict.Up, "down-9 unknown unknown", Verdict.Up)]
    [InlineData(Verdict.Up, "down-4 stale:up9 stale:up9", Verdict.Up)]
    [InlineData(Verdict.Up, "down-5 stale:up9 stale:up9", Verdict.Down)]
    [InlineData(Verdict.Down, "up3 stale:down-9 stale:down-9", Verdict.Up)]
    [InlineData(Verdict.Up, "stale:down-9 stale:down-9 stale:down-9", Verdict.Up)]
    // Four: half is no majority.
    [InlineData(Verdict.Up, "down-9 down-9 up9 up9", Verdict.Up)]
    [InlineData(Verdict.Down, "down-9 down-9 up9 up9", Verdict.Down)]
    [InlineData(Verdict.Up, "down-9 down-9 stale:up9 stale:up9", Verdict.Up)]
    // Five: three needed, majority of those.
    [InlineData(Verdict.Up, "down-2 down-2 down-2 up9 up9", Verdict.Down)]
    [InlineData(Verdict.Up, "down-2 down-2 up9 up9 up9", Verdict.Up)]
    [InlineData(Verdict.Up, "down-2 down-2 up9 stale:up9 stale:up9", Verdict.Down)]
    [InlineData(Verdict.Up, "down-9 down-9 stale:up9 stale:up9 stale:up9", Verdict.Up)]
    [InlineData(Verdict.Up, "down-2 down-2 leaving:up9 leaving:up9 leaving:up9", Verdict.Down)]
    [InlineData(Verdict.Down, "up9 up9 stale:down-9 stale:down-9 stale:down-9", Verdict.Down)]
    public void Votes_give_the_verdict(Verdict before, string vantages, Verdict expected) =>
        Assert.Equal(expected, MergeWorld.Merge(MergeWorld.Vantages(vantages), MergeWorld.All(before)).Monitors[0].Verdict);

    [Fact]
    public void Votes_are_counted_for_people() => Assert.Equal((1, 2, 4),
        MergeWorld.Merge(MergeWorld.Vantages("up9 down-2 down-2 unknown stale:up9 none leaving:up9")).Monitors[0].Votes);

    [Fact]
    public void This_node_is_fresh_to_itself_whatever_its_store_says() => Assert.Equal(Verdict.Down,
        MergeWorld.Merge([MergeWorld.View("a", [MergeWorld.Sees("us-east/0", "down-2")], "self") with { LastAdvanced = TimeSpan.Zero }]).Monitors[0].Verdict);

    [Fact]
    public void Change_between_up_and_down_is_dated_and_keeps_its_date()
    {
        HealthTable first = MergeWorld.Merge(MergeWorld.Vantages("up1"));
        HealthTable down = MergeWorld.Merge(MergeWorld.Vantages("down-2"), first, now: MergeWorld.Now);
        HealthTable still = MergeWorld.Merge(MergeWorld.Vantages("down-3"), down, now: MergeWorld.Now + TimeSpan.FromSeconds(2));
        HealthTable up = MergeWorld.Merge(MergeWorld.Vantages("up3"), still, now: MergeWorld.Now + TimeSpan.FromSeconds(4));

        Assert.Equal(TimeSpan.MinValue, first.Monitors[0].ChangedAt);
        Assert.Equal(MergeWorld.Now, down.Monitors[0].ChangedAt);
        Assert.Equal(MergeWorld.Now, still.Monitors[0].ChangedAt);
        Assert.Equal(MergeWorld.Now + TimeSpan.FromSeconds(4), up.Monitors[0].ChangedAt);
    }

    [Fact]
    public void First_word_that_is_bad_is_a_change() =>
        Assert.Equal(MergeWorld.Now, MergeWorld.Merge(MergeWorld.Vantages("down-1")).Monitors[0].ChangedAt);

    [Fact]
    public void Another_topology_keeps_what_is_known_by_key()
    {
        Topology before = MergeWorld.Of(["sa-east", "us-east"]);
        var table = new HealthTable([.. before.Monitors.Select((m, i) => new MonitorHealth(Verdict.Down, false, TimeSpan.FromSeconds(i), default))], [], TimeSpan.Zero);

        HealthTable merged = MergeWorld.Merge([], table, before);

        Assert.Equal((Verdict.Down, TimeSpan.FromSeconds(2)), (merged.Monitors[0].Verdict, merged.Monitors[0].ChangedAt));
        Assert.Equal((Verdict.Down, TimeSpan.FromSeconds(3)), (merged.Monitors[1].Verdict, merged.Monitors[1].ChangedAt));
        Assert.Equal(Verdict.Unknown, merged.Monitors[2].Verdict);
    }

    [Fact]
    public void Observation_of_a_monitor_that_is_gone_is_ignored() =>
        Assert.All(MergeWorld.Merge([MergeWorld.View("a", [MergeWorld.Sees("gone/0", "down-9")])]).Monitors, m => Assert.Equal(Verdict.Unknown, m.Verdict));
}
