using GslbServer.Steering;
using static GslbServer.Tests.Steering.LoadWords;

namespace GslbServer.Tests.Steering;

/// <summary>What the balancers of a region amount to.</summary>
public sealed class RegionLoadTests
{
    private static RegionLoad Sum(double? written, params BalancerView[] views) => RegionLoad.Sum("eu-west", views, written, Now);

    [Fact]
    public void Requests_and_capacities_of_balancers_add_up()
    {
        RegionLoad load = Sum(9_999, Heard(Beat(writer: "a", rps: 90, capacity: 100, use: 0.9)), Heard(Beat(writer: "b", rps: 210, capacity: 300, use: 0.7)));
        Assert.Equal((2, 300.0, 400.0, 0.75), (load.Balancers, load.Rps, load.Capacity, Math.Round(load.Utilisation!.Value, 6)));
    }

    [Fact]
    public void A_balancer_that_vanishes_lowers_capacity()
        => Assert.Equal(100, Sum(null, Heard(Beat(writer: "a", rps: 90, capacity: 100)), Heard(Beat(writer: "b", rps: 210, capacity: 300), secondsAgo: 7)).Capacity);

    [Fact]
    public void What_the_zone_says_holds_where_no_balancer_says_its_own() => Assert.Equal(0.5, Sum(200, Heard(Beat(rps: 100))).Utilisation);

    [Fact]
    public void Processor_time_counts_where_it_is_the_highest() => Assert.Equal(0.97, Sum(null, Heard(Beat(rps: 10, capacity: 100, use: 0.97))).Utilisation);

    [Fact]
    public void Nothing_is_known_of_a_region_that_is_silent()
    {
        RegionLoad silent = Sum(200, Heard(Beat(rps: 100), secondsAgo: 7));
        Assert.Equal((false, null, RegionNews.None), (silent.IsHeard, silent.Utilisation, silent.News));
    }

    [Theory]
    [InlineData("serves serves", RegionNews.None)]
    [InlineData("drains serves", RegionNews.None)]
    [InlineData("drains drains", RegionNews.Draining)]
    [InlineData("drains broken", RegionNews.Draining)]
    [InlineData("broken broken", RegionNews.NotServing)]
    [InlineData("broken serves", RegionNews.None)]
    [InlineData("broken silent", RegionNews.NotServing)]
    [InlineData("silent silent", RegionNews.None)]
    [InlineData("left silent", RegionNews.Draining)]
    [InlineData("left serves", RegionNews.None)]
    public void Bad_news_is_news_when_all_that_are_heard_tell_it(string balancers, RegionNews news)
    {
        BalancerView[] views = [.. balancers.Split(' ').Select((word, i) => word switch
        {
            "drains" => Heard(Beat(writer: $"lb{i}", draining: true)),
            "broken" => Heard(Beat(writer: $"lb{i}", serving: false)),
            // A last word counts for longer: slow checks have yet to notice.
            "left" => Heard(Beat(writer: $"lb{i}", draining: true, leaving: true), secondsAgo: 30),
            "silent" => Heard(Beat(writer: $"lb{i}"), secondsAgo: 30),
            _ => Heard(Beat(writer: $"lb{i}")),
        })];
        Assert.Equal(news, Sum(null, views).News);
    }
}
