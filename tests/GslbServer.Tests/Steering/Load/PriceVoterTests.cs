using System.Collections.Immutable;
using GslbServer.Steering;
using static GslbServer.Tests.Steering.LoadWords;

namespace GslbServer.Tests.Steering;

/// <summary>Nodes vote on prices: all have the same, whoever comes, goes or errs.</summary>
public sealed class PriceVoterTests
{
    private static readonly DateTimeOffset Utc = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10, 0.84, 10)]
    [InlineData(10, 0.76, 10)]
    [InlineData(10, 0.90, 13)]
    [InlineData(10, 1.30, 25)]
    [InlineData(10, 0.86, 11)]
    [InlineData(10, 0.70, 7)]
    [InlineData(10, 0.10, 2.5)]
    [InlineData(5, 0.10, 0)]
    [InlineData(149, 2.0, 150)]
    public void A_price_steps_towards_four_fifths_of_capacity(double before, double use, double after) => Assert.Equal(after, LoadPrice.Next(before, use), 6);

    [Fact]
    public void A_lone_node_decides_alone()
    {
        var nodes = new Nodes(1);
        nodes.Run(seconds: 40, use: 1.3);
        Assert.InRange(nodes.Price(0), 30, 45);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(20)]
    public void All_nodes_have_one_price_and_it_moves_no_faster_for_their_number(int count)
    {
        var nodes = new Nodes(count);
        nodes.Run(seconds: 120, use: 1.3);
        double[] prices = [.. Enumerable.Range(0, count).Select(nodes.Price)];
        Assert.All(prices, price => Assert.Equal(prices[0], price));
        // Each quarter of a minute 15 ms, the first when there was time to hear others.
        Assert.InRange(prices[0], 75, 120);
    }

    [Fact]
    public void Clocks_that_differ_by_minutes_change_nothing_of_that()
    {
        var nodes = new Nodes(3, [0, -297, 292]);
        nodes.Run(seconds: 120, use: 1.3);
        Assert.Equal(nodes.Price(0), nodes.Price(1));
        Assert.Equal(nodes.Price(0), nodes.Price(2));
        // No more often than each three quarters of a step's time.
        Assert.InRange(nodes.Price(0), 60, 135);
    }

    [Fact]
    public void One_that_comes_late_takes_over_what_the_others_have()
    {
        var nodes = new Nodes(2);
        nodes.Run(seconds: 50, use: 1.3);
        double before = nodes.Price(0);
        nodes.Add();
        nodes.Run(seconds: 3, use: 1.3);
        Assert.Equal(before, nodes.Price(2));
        Assert.Equal(before, nodes.Price(0));
    }

    [Fact]
    public void One_that_errs_is_outvoted()
    {
        Nodes honest = new(3), other = new(3);
        honest.Run(seconds: 90, use: 1.3);
        other.Run(seconds: 30, use: 1.3);
        other.Run(seconds: 60, use: 1.3, lie: 150);
        Assert.Equal(honest.Price(0), other.Price(0));
        Assert.Equal(honest.Price(0), other.Price(2));
    }

    [Fact]
    public void Prices_are_held_while_stores_are_away_and_while_balancers_are_silent_and_fall_after_ten_minutes()
    {
        var nodes = new Nodes(2);
        nodes.Run(seconds: 60, use: 1.3);
        double before = nodes.Price(0);
        nodes.Run(seconds: 300, use: 1.3, isFresh: false);
        Assert.Equal(before, nodes.Price(0));
        nodes.Run(seconds: 290, use: null);
        Assert.Equal(before, nodes.Price(0));
        nodes.Run(seconds: 1200, use: null);
        Assert.Equal(0, nodes.Price(0));
    }

    [Fact]
    public void A_node_that_starts_again_goes_on_from_what_it_knew()
    {
        var voter = new PriceVoter(LoadPrice.Period);
        voter.Restore([new PriceVote("eu-west", 42)], Now);
        voter.Move([Used("eu-west", 0.8)], [], true, Now, Utc);
        Assert.Equal(42, voter.PriceOf("eu-west"));
    }

    [Fact]
    public void A_full_region_keeps_pace_with_the_dearest_so_that_nobody_new_comes_to_it()
    {
        var voter = new PriceVoter(LoadPrice.Period);
        double gap = 0;
        for (int second = 0; second < 120; second++)
        {
            // One rises by 15 ms at a step; the other, at 0.96, would by 8.
            voter.Move([Used("us-east", 1.4), Used("eu-west", 0.96)], [], true, Now + TimeSpan.FromSeconds(second), Utc.AddSeconds(second));
            gap = Math.Max(gap, voter.PriceOf("us-east") - voter.PriceOf("eu-west"));
        }

        Assert.True(voter.PriceOf("us-east") > 60);
        Assert.True(gap <= 0, $"eu-west got nearer by {gap} ms");
    }

    /// <summary>Nodes that hear each other a second late.</summary>
    private sealed class Nodes(int count, double[]? clocks = null)
    {
        private readonly List<PriceVoter> _voters = [.. Enumerable.Range(0, count).Select(_ => new PriceVoter(LoadPrice.Period))];
        private int _second;

        public double Price(int node) => _voters[node].PriceOf("eu-west");

        public void Add() => _voters.Add(new PriceVoter(LoadPrice.Period));

        /// <param name="use">Null for silent balancers.</param>
        /// <param name="lie">What node 1 tells.</param>
        public void Run(int seconds, double? use, double? lie = null, bool isFresh = true)
        {
            for (int end = _second + seconds; _second < end; _second++)
            {
                TimeSpan now = Now + TimeSpan.FromSeconds(_second);
                VantageReport[] reports = [.. _voters.Select((voter, i) => new VantageReport($"dns{i}", null, 1, _second, true, false, "", "", "", "", [])
                {
                    Prices = i == 1 && lie is { } told ? [new PriceVote("eu-west", told)] : voter.Votes,
                })];
                ImmutableArray<RegionLoad> loads = [use is { } share ? Used("eu-west", share) : RegionLoad.Sum("eu-west", [], null, Now)];
                for (int i = 0; i < _voters.Count; i++)
                    _voters[i].Move(loads, [.. reports.Select((report, of) => new VantageView(report, now, of == i))], isFresh, now, Utc.AddSeconds(_second + (clocks?[i] ?? (0.3 * i))));
            }
        }
    }
}
