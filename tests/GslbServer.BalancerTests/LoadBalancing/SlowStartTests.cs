namespace GslbServer.Balancer.Tests;

public sealed class SlowStartTests
{
    [Theory]
    [InlineData(0, 1, 0.1)] // the floor
    [InlineData(3, 1, 0.1)]
    [InlineData(30, 1, 0.5)]
    [InlineData(59, 1, 0.9833)]
    [InlineData(60, 1, 1)]
    [InlineData(1000, 1, 1)]
    [InlineData(15, 2, 0.5)] // the square root of a quarter
    [InlineData(30, 0.5, 0.25)]
    public void The_share_grows_with_age(double seconds, double aggression, double expected) =>
        Assert.Equal(expected, SlowStart.Factor(TimeSpan.FromSeconds(seconds), new SlowStartSettings { Aggression = aggression }), 1e-3);

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void A_window_of_less_than_a_second_is_none(double window) =>
        Assert.Equal(1, SlowStart.Factor(TimeSpan.FromSeconds(window), new SlowStartSettings { Window = TimeSpan.FromSeconds(window) }));

    [Fact]
    public void At_the_start_nobody_is_held_back()
    {
        var cluster = new PooledCluster(4);
        Assert.Equal([1, 1, 1, 1], cluster.Pool().Weights);
    }

    [Fact]
    public void Who_returns_gets_a_tenth_and_a_minute_later_all()
    {
        var cluster = new PooledCluster([2, 2, 2, 2]);
        cluster.Pool();
        cluster.TakeOut(1);
        cluster.Pool();
        cluster.TakeTraffic(cluster.All);
        Assert.Equal([2, 0.2, 2, 2], cluster.Pool().Weights);

        cluster.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([2, 1, 2, 2], cluster.Pool().Weights);
        cluster.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([2, 2, 2, 2], cluster.Pool().Weights);
    }

    [Fact]
    public void Who_is_added_by_a_reload_begins_slowly()
    {
        var cluster = new PooledCluster(3);
        cluster.Pool();
        cluster.Reload([.. cluster.All, PooledCluster.Destination("b3")]);
        Assert.Equal([1, 1, 1, 0.1], cluster.Pool().Weights);
    }

    [Fact]
    public void Where_more_than_half_are_new_nobody_is_held_back()
    {
        var cluster = new PooledCluster(2);
        cluster.Pool();
        cluster.Reload([.. cluster.All, .. Enumerable.Range(2, 3).Select(i => PooledCluster.Destination($"b{i}"))]);
        Assert.Equal([1, 1, 1, 1, 1], cluster.Pool().Weights);
        // Nor later, when there are others beside them.
        cluster.Reload([.. cluster.All, PooledCluster.Destination("b5")]);
        Assert.Equal([1, 1, 1, 1, 1, 0.1], cluster.Pool().Weights);
    }

    [Fact]
    public void A_rolling_restart_that_is_quicker_than_the_window_leaves_the_shares_even_once_most_are_new()
    {
        var cluster = new PooledCluster(3);
        cluster.Pool();
        foreach (int restarted in (int[])[0, 1])
        {
            cluster.TakeOut(restarted);
            cluster.Pool();
            cluster.TakeTraffic(cluster.All);
            cluster.Pool();
            cluster.Time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal([1, 1, 1], cluster.Pool().Weights);
    }

    /// <summary>YARP asks no policy while one alone is left; what the attempts see counts.</summary>
    [Fact]
    public void Who_returns_to_the_last_one_begins_slowly()
    {
        var cluster = new PooledCluster(2);
        cluster.Pool();
        cluster.TakeOut(1);
        cluster.Traffic.Of(cluster.State).Pools.Arrivals.Look(cluster.Time);
        cluster.TakeTraffic(cluster.All);
        Assert.Equal([1, 0.1], cluster.Pool().Weights);
    }

    [Fact]
    public void After_an_outage_of_all_who_comes_first_takes_it_all()
    {
        var cluster = new PooledCluster(3);
        cluster.Pool();
        cluster.TakeTraffic();
        cluster.Traffic.Of(cluster.State).Pools.Arrivals.Look(cluster.Time);
        cluster.TakeTraffic(cluster.All);
        Assert.Equal([1, 1, 1], cluster.Pool().Weights);
    }

    [Fact]
    public void A_window_of_0_turns_it_off()
    {
        var cluster = new PooledCluster(3, new() { SlowStart = new() { Window = TimeSpan.Zero } });
        cluster.Pool();
        cluster.TakeOut(1);
        cluster.Pool();
        cluster.TakeTraffic(cluster.All);
        Assert.Equal([1, 1, 1], cluster.Pool().Weights);
    }

    [Theory]
    [InlineData("WeightedRoundRobin")]
    [InlineData("WeightedRandom")]
    [InlineData("WeightedLeastRequests")]
    [InlineData("WeightedPowerOfTwoChoices")]
    [InlineData("PeakEwma")]
    public void Every_weighted_policy_sends_less_to_who_has_just_come(string name)
    {
        var cluster = new PooledCluster(4);
        cluster.Pool();
        cluster.TakeOut(1);
        cluster.Pool();
        cluster.TakeTraffic(cluster.All);
        int[] picks = cluster.Picks(WeightedPolicyTests.Policy(name, cluster), 3100);
        Assert.InRange(picks[1], 50, 150); // a tenth of the others' thousand
    }
}
