using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Each vantage is one letter per monitor: U(p), D(own), ?; two monitors in each of three regions.</summary>
public sealed class BlindVantageTests
{
    [Theory]
    // Fails half of its monitors in two regions, the other sees them up: it abstains, and with it the two need not agree.
    [InlineData("UUUUUU DDDUUU", "UUUUUU")]
    // As above, and the seeing one reports a real failure: it is alone then, and is believed (five failures in the table below).
    [InlineData("UUUUDU DDDUDU", "UUUUDU")]
    // One region only: that is an outage, not blindness, and two of three say so.
    [InlineData("DDUUUU DDUUUU UUUUUU", "DDUUUU")]
    // Less than half.
    [InlineData("DUDUUU DUDUUU UUUUUU", "DUDUUU")]
    // The others do not disagree: both regions are down.
    [InlineData("DDDDUU DDDDUU DDDDUU", "DDDDUU")]
    [InlineData("DDDDUU DDDDUU UUUUUU", "DDDDUU")]
    // Two blind of five: the remaining three are the quorum.
    [InlineData("DDDDDD DDDDDD UUUUUD UUUUUD UUUUUU", "UUUUUD")]
    // One blind of three: the other two decide, both needed.
    [InlineData("DDDDDD UDUUUU UDUUUU", "UDUUUU")]
    [InlineData("DDDDDD UDUUUU UUUUUU", "UUUUUU")]
    public void Vantage_that_fails_where_others_do_not_abstains(string vantages, string expected)
    {
        VantageView[] views = [.. vantages.Split(' ').Select((letters, i) => MergeWorld.View($"node-{i}", Sees(letters)))];
        string verdicts = string.Concat(MergeWorld.Merge(views, MergeWorld.All(Verdict.Up)).Monitors.Select(m => m.Verdict == Verdict.Down ? 'D' : 'U'));
        Assert.Equal(expected, verdicts);
    }

    private static Observation[] Sees(string letters) =>
        [.. letters.Select((letter, i) => MergeWorld.Sees(MergeWorld.Topology.Monitors[i].Key, letter switch { 'U' => "up9", 'D' => "down-5", _ => "unknown" }))];
}
