using GslbServer.Steering;

namespace GslbServer.Tests.Admin;

public sealed class OverrideChangeTests
{
    [Fact]
    public void What_came_changed_and_went_is_told_once()
    {
        HealthTable none = new([], [], TimeSpan.Zero);
        HealthTable drained = Table("1", 100);
        HealthTable partial = Table("2", 10);
        Assert.Equal(new OverrideChange("eu-west", "none", "drain", "by alice: rack move"), Assert.Single(OverrideChange.Between(none, drained, DateTimeOffset.UnixEpoch)));
        Assert.Equal(new OverrideChange("eu-west", "drain", "drain 10 %", "by alice: rack move"), Assert.Single(OverrideChange.Between(drained, partial, DateTimeOffset.UnixEpoch)));
        Assert.Equal(new OverrideChange("eu-west", "drain 10 %", "none", "was by alice: rack move"), Assert.Single(OverrideChange.Between(partial, none, DateTimeOffset.UnixEpoch)));
        Assert.Empty(OverrideChange.Between(drained, Table("1", 100), DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void A_drain_that_is_under_way_is_told_apart_from_one_in_force()
    {
        HealthTable none = new([], [], TimeSpan.Zero);
        HealthTable drained = Table("1", 100);
        HealthTable draining = drained with { Overrides = [drained.Overrides[0] with { Share = 0, UnderWay = true }] };
        Assert.Equal(("none", "draining"), Words(Assert.Single(OverrideChange.Between(none, draining, DateTimeOffset.UnixEpoch))));
        Assert.Equal(("draining", "drain"), Words(Assert.Single(OverrideChange.Between(draining, drained, DateTimeOffset.UnixEpoch))));
        Assert.Empty(OverrideChange.Between(draining, draining with { Overrides = [draining.Overrides[0] with { Share = 0.5 }] }, DateTimeOffset.UnixEpoch));

        static (string From, string To) Words(OverrideChange change) => (change.From, change.To);
    }

    private static HealthTable Table(string revision, int percent) => new([],
        [new ActiveOverride(new OperatorOverride("eu-west", OverrideState.Drain, percent, "rack move", "alice", DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, null, false, revision),
            percent / 100.0, TimeSpan.Zero, false)], TimeSpan.Zero);
}
