using GslbServer.Steering;

namespace GslbServer.Balancer.Tests;

public sealed class RegionOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("eu-west", "eu-west", true)]
    [InlineData("eu-west.gslb.example.", "eu-west", true)]
    [InlineData("eu-west.gslb.example.", "eu-west.gslb.example", true)]
    [InlineData("eu-west", "EU-West.gslb.example.", true)]
    [InlineData("eu-west.other.example.", "eu-west.gslb.example", false)]
    [InlineData("us-east", "eu-west", false)]
    [InlineData("eu-west-2", "eu-west", false)]
    [InlineData("eu-west/192.0.2.1", "eu-west", false)] // one address of it
    [InlineData("www.gslb.example.@eu-west", "eu-west", false)] // one name's use of it
    [InlineData("www.gslb.example.@eu-west.gslb.example.", "eu-west.gslb.example.", false)]
    public void An_order_is_about_this_region_when_it_names_all_of_it(string target, string region, bool expected) =>
        Assert.Equal(expected, RegionOrder.Leaves(RegionOrder.Find([Order(target)], region, Now)));

    [Fact]
    public void The_narrower_order_counts() =>
        Assert.False(RegionOrder.Leaves(RegionOrder.Find([Order("eu-west"), Order("eu-west.gslb.example.", OverrideState.Up)], "eu-west.gslb.example", Now)));

    [Fact]
    public void What_has_not_begun_is_over_or_was_taken_back_is_no_order()
    {
        Assert.Null(RegionOrder.Find([Order("eu-west") with { StartsAt = Now.AddSeconds(1) }], "eu-west", Now));
        Assert.Null(RegionOrder.Find([Order("eu-west") with { ExpiresAt = Now }], "eu-west", Now));
        Assert.Null(RegionOrder.Find([Order("eu-west", OverrideState.None)], "eu-west", Now));
    }

    [Fact]
    public void Connections_are_let_go_more_and_more()
    {
        OperatorOverride order = Order("eu-west") with { CreatedAt = Now, Ramp = TimeSpan.FromMinutes(10), Percent = 50 };
        double[] shares = [.. Enumerable.Range(0, 13).Select(minute => RegionOrder.ShareToClose(order, Now.AddMinutes(minute)))];
        Assert.Equal(shares.Order(), shares);
        Assert.InRange(shares[0], 0.001, 0.05);
        Assert.Equal(0.25, shares[5], 3);
        Assert.Equal(0.5, shares[^1]);
        Assert.Equal(1, RegionOrder.ShareToClose(Order("eu-west", OverrideState.Down), Now.AddMinutes(1)));
        Assert.Equal(0, RegionOrder.ShareToClose(Order("eu-west", OverrideState.Up), Now.AddMinutes(1)));
        Assert.Equal(0, RegionOrder.ShareToClose(null, Now));
    }

    private static OperatorOverride Order(string target, OverrideState state = OverrideState.Drain) =>
        new(target, state, 100, "maintenance", "operator", Now.AddMinutes(-5), TimeSpan.Zero, null, null, false, "1");
}
