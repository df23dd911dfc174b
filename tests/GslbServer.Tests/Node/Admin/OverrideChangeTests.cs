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
        Assert.Equal(new OverrideChange("eu-west", "none", "drain", "by alice: rack move"), Assert.Single(OverrideChange.Between(none, drained)));
        Assert.Equal(new OverrideChange("eu-west", "drain", "drain 10 %", "by alice: rack move"), Assert.Single(OverrideChange.Between(drained, partial)));
        Assert.Equal(new OverrideChange("eu-west", "drain 10 %", "none", "was by alice: rack move"), Assert.Single(OverrideChange.Between(partial, none)));
        Assert.Empty(OverrideChange.Between(drained, Table("1", 100)));
    }

    private static HealthTable Table(string revision, int percent) => new([],
        [new ActiveOverride(new OperatorOverride("eu-west", OverrideState.Drain, percent, "rack move", "alice", DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, null, false, revision),
            percent / 100.0, TimeSpan.Zero, false)], TimeSpan.Zero);
}
