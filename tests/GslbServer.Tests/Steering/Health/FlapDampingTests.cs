using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>RFC 2439 in numbers, and what a flapping endpoint means for answers.</summary>
public sealed class FlapDampingTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    [Fact]
    public void Four_flaps_a_minute_apart_are_out_for_eight_and_a_half_minutes()
    {
        FlapDamping damping = Flaps(4, TimeSpan.FromMinutes(1));
        Assert.InRange(damping.Penalty, 3288, 3289);
        Assert.Equal(4, damping.Flaps);
        Assert.Equal(8.6, ((damping.SuppressedUntil ?? TimeSpan.Zero) - damping.At).TotalMinutes, 1);
        Assert.Equal("suppressed after 4 flaps, returns in ~9 min", damping.Describe(damping.At));
    }

    [Fact]
    public void Three_flaps_a_minute_apart_are_not_suppressed() => Assert.Null(Flaps(3, TimeSpan.FromMinutes(1)).SuppressedUntil);

    [Fact]
    public void Penalty_halves_in_five_minutes_and_comes_back_at_the_reuse_limit()
    {
        FlapDamping damping = Flaps(4, TimeSpan.FromMinutes(1));
        Assert.Equal(damping.Penalty / 2, damping.PenaltyAt(damping.At + FlapDamping.HalfLife), 6);
        Assert.Equal(FlapDamping.Reuse, damping.PenaltyAt(damping.SuppressedUntil!.Value), 3);
        Assert.True(damping.IsSuppressed(damping.SuppressedUntil.Value - TimeSpan.FromMilliseconds(1)));
        Assert.False(damping.IsSuppressed(damping.SuppressedUntil.Value));
    }

    [Fact]
    public void However_much_it_flaps_it_is_back_half_an_hour_after_the_last()
    {
        FlapDamping damping = Flaps(10_000, TimeSpan.FromSeconds(10));
        Assert.InRange(((damping.SuppressedUntil ?? TimeSpan.Zero) - damping.At).TotalMinutes, 27, 30);
    }

    [Fact]
    public void Old_flaps_are_forgotten()
    {
        FlapDamping damping = default;
        for (int day = 0; day < 10; day++)
            damping = damping.Down(Start + TimeSpan.FromDays(day));
        Assert.Equal((1, null), (damping.Flaps, damping.SuppressedUntil));
    }

    [Fact]
    public void Merge_counts_turns_to_down_and_nothing_else()
    {
        HealthTable table = MergeWorld.Merge(MergeWorld.Vantages("self:up9"));
        for (int second = 0; second < 40; second++)
            table = MergeWorld.Merge(MergeWorld.Vantages(second % 10 < 5 ? "self:down-2" : "self:up3"), table, now: MergeWorld.Now + TimeSpan.FromSeconds(second));
        Assert.Equal((4, Verdict.Up), (table.Monitors[0].Damping.Flaps, table.Monitors[0].Verdict));
        Assert.Equal(default, table.Monitors[1].Damping);
    }

    private static FlapDamping Flaps(int count, TimeSpan apart)
    {
        FlapDamping damping = default;
        for (int i = 0; i < count; i++)
            damping = damping.Down(Start + (i * apart));
        return damping;
    }
}
