using System.Text.Json;

namespace GslbServer.Tests.Admin;

/// <summary>What status says of the other nodes.</summary>
public sealed class NodeStatusTests(AdminNode node) : IClassFixture<AdminNode>
{
    private static readonly VantageStatus Heard = new("b", "eu-west", false, 1, false, 3, 3, 0, "", new ConfigHashes("1", "0123456789abcdef", "2"), true, "");

    [Fact]
    public void A_node_that_died_without_a_word_is_silent_and_one_that_left_is_not()
    {
        VantageStatus dead = Heard with { Node = "c", AgeSeconds = 30 }, left = Heard with { Node = "d", AgeSeconds = 30, Leaving = true };
        StoreView store = new("redis", true, 0, null, 0, 0);
        Assert.Equal([dead], StatusBuilder.Silent([Heard, dead, left], [store], TimeSpan.FromMinutes(1)));
        Assert.Empty(StatusBuilder.Silent([dead], [store with { Reachable = false }], TimeSpan.FromMinutes(1)));
        Assert.Empty(StatusBuilder.Silent([dead], [store], TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Those_that_are_heard_and_see_the_same_are_named_together_and_hashes_are_short()
    {
        StatusReport status = JsonSerializer.Deserialize<StatusReport>((await node.GetAsync("/api/v1/status")).Body!, AdminJson.Options)!;
        var check = new MonitorStatus("web", "192.0.2.10", "up", true, null, new VoteCount(2, 1, 3), [Seen("a", "HTTP 200"), Seen("b", "HTTP 503"), Seen("c", "HTTP 200"), Seen("dead", "HTTP 200")]);
        var text = new StringWriter();
        StatusText.Write(status with { Regions = [status.Regions[0] with { Checks = [check] }], Vantages = [Heard, Heard with { Node = "dead", AgeSeconds = 30 }] }, DateTimeOffset.UnixEpoch, text, new Terminal(false));
        Assert.Contains("a c: HTTP 200; b: HTTP 503", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("01234567 ", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", text.ToString(), StringComparison.Ordinal);
    }

    private static ObservationStatus Seen(string by, string what) => new(by, "up", 1, 1, what);
}
