using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Settled asks for long TTLs. The check is every 2 s with rise 3.</summary>
public sealed class SettledTests
{
    [Theory]
    [InlineData("up3", true)]
    [InlineData("up2", false)]
    [InlineData("up-1", false)]
    [InlineData("down-2", true)]
    [InlineData("down1", false)]
    [InlineData("up9 up9 up9", true)]
    [InlineData("up9 up9 up-1", false)]
    [InlineData("up9 up9 up2", false)]
    [InlineData("down-9 down-9 down1", false)]
    // Not asked, not heard or not yet judging: no sign of a change.
    [InlineData("up9 stale:up-1", true)]
    [InlineData("up9 leaving:up-1", true)]
    [InlineData("up9 none", true)]
    [InlineData("up9 unknown", true)]
    [InlineData("", true)]
    // A vantage against the verdict: a change may be under way, until it has lasted five minutes (150 probes).
    [InlineData("up9 up9 down-2", false)]
    [InlineData("up9 up9 down-149", false)]
    [InlineData("up9 up9 down-150", true)]
    [InlineData("down-9 down-9 up149", false)]
    [InlineData("down-9 down-9 up150", true)]
    public void Settled_is_when_every_fresh_vantage_agrees_with_itself_and_with_the_verdict(string vantages, bool expected)
    {
        Verdict before = vantages.StartsWith("down", StringComparison.Ordinal) ? Verdict.Down : Verdict.Up;
        Assert.Equal(expected, MergeWorld.Merge(MergeWorld.Vantages(vantages), MergeWorld.All(before)).Monitors[0].Settled);
    }
}
