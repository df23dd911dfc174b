using GslbServer.Steering;

namespace GslbServer.Tests;

public sealed class OverrideScheduleTests
{
    private static readonly OperatorOverride Drain = new("eu-west", OverrideState.Drain, 100, "maintenance", "ops", MergeWorld.UtcNow, TimeSpan.Zero, null, null, false, "");

    [Fact]
    public void Drain_without_ramp_is_in_force_at_once() =>
        Assert.Equal((1.0, MergeWorld.Now, false), At(Drain, 0));

    [Fact]
    public void Percent_is_the_share_moved_away() => Assert.Equal((0.25, MergeWorld.Now - TimeSpan.FromSeconds(10), false), At(Drain with { Percent = 25 }, 10));

    [Theory]
    // www has TTL 30: for so long the share stays 0 and the name gives short TTLs, then traffic moves over the ramp.
    [InlineData(0, 0.0, 0, true)]
    [InlineData(29, 0.0, 0, true)]
    [InlineData(30, 0.0, 30, true)]
    [InlineData(45, 0.25, 45, true)]
    [InlineData(89, 59 / 60.0, 89, true)]
    [InlineData(90, 1.0, 90, false)]
    [InlineData(600, 1.0, 90, false)]
    public void Ramp_lets_TTLs_fall_first_and_then_moves_traffic(int seconds, double share, int changedAtSeconds, bool underWay)
    {
        var state = At(Drain with { Ramp = TimeSpan.FromSeconds(60) }, seconds);
        Assert.Equal(share, state?.Share ?? -1, 9);
        Assert.Equal((MergeWorld.Now + TimeSpan.FromSeconds(changedAtSeconds - seconds), underWay), (state!.Value.ChangedAt, state.Value.UnderWay));
    }

    [Theory]
    [InlineData(269, null)]
    [InlineData(270, 0.0)]
    [InlineData(299, 0.0)]
    [InlineData(300, 1.0)]
    public void Scheduled_drain_has_its_lead_before_the_hour(int seconds, double? share) =>
        Assert.Equal(share, At(Drain with { StartsAt = MergeWorld.UtcNow.AddSeconds(300) }, seconds)?.Share);

    [Theory]
    [InlineData(330, 0.5)]
    [InlineData(360, 1.0)]
    public void Scheduled_drain_with_a_ramp_moves_traffic_from_the_hour_on(int seconds, double share) =>
        Assert.Equal(share, At(Drain with { StartsAt = MergeWorld.UtcNow.AddSeconds(300), Ramp = TimeSpan.FromSeconds(60) }, seconds)?.Share);

    [Fact]
    public void Scheduled_down_begins_at_its_hour()
    {
        OperatorOverride down = Drain with { State = OverrideState.Down, StartsAt = MergeWorld.UtcNow.AddSeconds(300) };
        Assert.Null(At(down, 299));
        Assert.Equal(1.0, At(down, 300)?.Share);
    }

    [Fact]
    public void Up_moves_nobody_away() => Assert.Equal(0.0, At(Drain with { State = OverrideState.Up }, 0)?.Share);

    [Fact]
    public void Expired_override_and_tombstone_are_left_out()
    {
        Assert.NotNull(At(Drain with { ExpiresAt = MergeWorld.UtcNow.AddSeconds(60) }, 59));
        Assert.Null(At(Drain with { ExpiresAt = MergeWorld.UtcNow.AddSeconds(60) }, 60));
        Assert.Null(At(Drain with { State = OverrideState.None }, 0));
    }

    [Fact]
    public void Drain_from_a_node_whose_clock_runs_ahead_is_in_force_now() => Assert.Equal((1.0, MergeWorld.Now, false), At(Drain, -300));

    [Fact]
    public void Lead_is_the_TTL_of_the_names_that_steer_to_the_target()
    {
        var ramped = Drain with { Ramp = TimeSpan.FromSeconds(60) };
        Assert.Equal(0.5, At(ramped with { Target = "eu-west.gslb.example./198.51.100.10" }, 60)?.Share);
        Assert.Equal(0.5, At(ramped with { Target = "www.gslb.example.@eu-west" }, 60)?.Share);
        Assert.Equal(1.0, At(ramped with { Target = "api.gslb.example.@eu-west" }, 60)?.Share);
        Assert.Equal(1.0, At(ramped with { Target = "sa-east" }, 60)?.Share);
    }

    /// <summary>Clocks that differ by up to five minutes end an override within five minutes of each other, and an undrain ends it everywhere whatever they say.</summary>
    [Fact]
    public void Clocks_five_minutes_apart_agree_but_for_these_minutes()
    {
        var random = new Random(20261128);
        TimeSpan most = TimeSpan.FromMinutes(5);
        for (int round = 0; round < 2_000; round++)
        {
            TimeSpan lasts = TimeSpan.FromMinutes(random.Next(1, 600));
            TimeSpan skew = TimeSpan.FromSeconds(random.Next(-300, 301));
            OperatorOverride drain = Drain with { ExpiresAt = MergeWorld.UtcNow + lasts, Ramp = TimeSpan.FromSeconds(random.Next(2) * 60) };
            int seconds = random.Next(0, 50_000);
            TimeSpan past = TimeSpan.FromSeconds(seconds);
            var seen = At(drain, seconds + (int)skew.TotalSeconds);
            if (past < lasts - most)
                Assert.NotNull(seen);
            if (past >= lasts + most)
                Assert.Null(seen);
            if (past >= most + TimeSpan.FromSeconds(90) && past < lasts - most)
                Assert.Equal(1, seen!.Value.Share);
            Assert.True(seen is null || seen.Value.ChangedAt <= MergeWorld.Now, "nothing changed later than now");
            Assert.Null(At(drain with { State = OverrideState.None }, seconds + (int)skew.TotalSeconds));
        }
    }

    private static (double Share, TimeSpan ChangedAt, bool UnderWay)? At(OperatorOverride value, int seconds)
    {
        var found = HealthMerge.Merge(MergeWorld.Topology, [], [value], null, null, MergeWorld.Now, MergeWorld.UtcNow.AddSeconds(seconds)).Overrides;
        return found.IsEmpty ? null : (found[0].Share, found[0].ChangedAt, found[0].UnderWay);
    }
}
