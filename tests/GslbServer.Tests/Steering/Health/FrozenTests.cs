using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>No other node has been heard for long: verdicts are held, TTLs are the longest.</summary>
public sealed class FrozenTests
{
    [Theory]
    [InlineData("up-1 stale:up9 stale:up9", Verdict.Up)]
    [InlineData("down-4 stale:up9 stale:up9", Verdict.Up)]
    [InlineData("down-5 stale:up9 stale:up9", Verdict.Down)]
    [InlineData("unknown stale:up9 stale:up9", Verdict.Up)]
    public void Verdicts_are_held_but_for_what_fails_five_times_and_nothing_shortens_a_TTL(string vantages, Verdict expected)
    {
        HealthTable frozen = HealthMerge.Merge(MergeWorld.Topology, MergeWorld.Vantages(vantages), [], MergeWorld.All(Verdict.Up), MergeWorld.Topology, MergeWorld.Now, MergeWorld.UtcNow,
            isFrozen: true);
        Assert.Equal(expected, frozen.Monitors[0].Verdict);
        Assert.True(frozen.Monitors[0].Settled);
    }

    [Fact]
    public void The_same_shortens_it_while_others_are_heard() =>
        Assert.False(MergeWorld.Merge(MergeWorld.Vantages("up-1 stale:up9 stale:up9"), MergeWorld.All(Verdict.Up)).Monitors[0].Settled);
}
