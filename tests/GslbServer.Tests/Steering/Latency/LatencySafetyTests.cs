using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>What keeps moves few and harmless: the churn budget, prefixes held out, trials, and bounds on what samples may do.</summary>
public sealed class LatencySafetyTests
{
    private static readonly LatencyOptions NothingHeldOut = LatencyOptions.Default with { HoldOutShare = 0 };

    [Fact]
    public void Two_percent_of_the_traffic_moves_in_an_epoch_the_largest_gains_first()
    {
        LatencyMap map = Run(LatencyMap.Empty, 100, 102, NothingHeldOut, index => index < 10 ? 110 + index : 30);
        Assert.Equal((2, 8), (map.Moves, map.Postponed));
        Assert.All(Enumerable.Range(8, 2), index => Assert.Equal("us-east", First(map, index)));
        Assert.All(Enumerable.Range(0, 8), index => Assert.Equal("eu-west", First(map, index)));
        map = Run(map, 102, 106, NothingHeldOut, index => index < 10 ? 110 + index : 30);
        Assert.Equal((2, 0), (map.Moves, map.Postponed));
    }

    [Fact]
    public void A_path_that_got_longer_at_a_stroke_does_not_wait_for_that_budget()
    {
        LatencyMap map = Run(LatencyMap.Empty, 100, 104, NothingHeldOut, _ => 60);
        map = Run(map, 104, 106, NothingHeldOut, index => index < 8 ? 110 : 60);
        Assert.Equal((8, 0), (map.Moves, map.Postponed));
    }

    [Fact]
    public void Even_then_a_tenth_of_the_traffic_is_the_most()
    {
        LatencyMap map = Run(LatencyMap.Empty, 100, 104, NothingHeldOut, _ => 60);
        map = Run(map, 104, 106, NothingHeldOut, _ => 110);
        Assert.Equal((10, 90), (map.Moves, map.Postponed));
    }

    [Fact]
    public void Another_order_behind_the_first_does_not_confirm_a_move_of_the_first()
    {
        LatencyMap map = Run(LatencyMap.Empty, 100, 104, NothingHeldOut, _ => 60, second: 90, third: 100);
        map = Run(map, 104, 105, NothingHeldOut, _ => 60, second: 90, third: 75);
        map = Run(map, 105, 106, NothingHeldOut, _ => 120, second: 90, third: 75);
        Assert.Equal(0, map.Moves);
        map = Run(map, 106, 107, NothingHeldOut, _ => 120, second: 90, third: 75);
        Assert.Equal(10, map.Moves);
    }

    [Fact]
    public void The_first_move_away_from_geography_needs_less_than_one_back()
    {
        LatencyMap map = Run(LatencyMap.Empty, 100, 103, NothingHeldOut, _ => 44, second: 40);
        Assert.Equal("us-east", First(Run(map, 103, 160, NothingHeldOut, _ => 44, second: 40), 7));
        map = Run(map, 103, 160, NothingHeldOut, _ => 40, second: 44);
        Assert.All(Enumerable.Range(0, 100), index => Assert.Equal(First(map, index), First(Run(map, 160, 163, NothingHeldOut, _ => 40, second: 44), index)));
    }

    [Fact]
    public void Prefixes_held_out_keep_what_they_had_and_tell_how_much_it_drifted()
    {
        LatencyOptions half = LatencyOptions.Default with { HoldOutShare = 0.5, ChurnShare = 1 };
        LatencyMap map = Run(LatencyMap.Empty, 100, 102, half, _ => 110);
        int kept = Enumerable.Range(0, 100).Count(index => First(map, index) == "eu-west");
        Assert.InRange(kept, 25, 75);
        map = Run(map, 102, 108, half, _ => 113);
        Assert.Equal((kept, 100 - kept), (map.Trials.HeldOut, map.Trials.Moved));
        Assert.InRange(map.Trials.HeldOutDrift, 2.5, 3.5);
        Assert.InRange(map.Trials.RealisedGain, 39, 41);
        Assert.InRange(map.Trials.PredictedGain, 39, 41);
    }

    [Fact]
    public void A_move_that_made_it_worse_is_taken_back_for_a_day()
    {
        LatencyOptions options = NothingHeldOut with { ChurnShare = 1 };
        LatencyMap map = Run(LatencyMap.Empty, 100, 102, options, _ => 110);
        Assert.Equal("us-east", First(map, 7));
        // It moved at 101; from then on the other region is worse than what it left.
        map = Run(map, 102, 108, options, _ => 200, second: 150);
        Assert.Equal(("eu-west", 100), (First(map, 7), map.Trials.Reverted));
        Assert.InRange(map.Trials.PredictedGain, 39, 41);
        Assert.InRange(map.Trials.RealisedGain, -41, -39);
        map = Run(map, 108, 120, options, _ => 200, second: 70);
        Assert.Equal("eu-west", First(map, 7));
    }

    [Fact]
    public void A_blip_in_the_epoch_that_judges_a_move_does_not_take_it_back()
    {
        LatencyOptions options = NothingHeldOut with { ChurnShare = 1 };
        LatencyMap map = Run(LatencyMap.Empty, 100, 107, options, _ => 110);
        // It moved at 101, and is judged at 107.
        map = Run(map, 107, 108, options, _ => 110, second: 200);
        Assert.Equal(("us-east", 0), (First(map, 7), map.Trials.Reverted));
        map = Run(map, 108, 109, options, _ => 110);
        Assert.Equal(("us-east", 100, 0), (First(map, 7), map.Trials.Moved, map.Trials.Reverted));
    }

    [Fact]
    public void A_prefix_that_floods_counts_64_times_an_epoch_and_leaves_its_neighbours_alone()
    {
        var collector = new LatencyCollector("balancer-1", ["eu-west"], LatencyOptions.Default);
        for (int i = 0; i < 10_000; i++)
            collector.Add(Sample("198.18.7.9", 4_000), TimeSpan.FromSeconds(1));
        for (int i = 0; i < 9; i++)
            collector.Add(Sample("198.18.8.9", 20), TimeSpan.FromSeconds(1));
        LatencyRows rows = collector.CloseEpoch(100, TimeSpan.FromMinutes(5));
        Assert.Equal((64, 9_936L), ((int)rows.Rows[0].Samples, collector.CountOf(SampleVerdict.Flooding)));
        Assert.Equal(9, (int)rows.Rows[1].Samples);
        Assert.InRange(rows.Rows[1].Median, 190, 210);
    }

    [Theory]
    [InlineData("198.18.7.9", -1, 0, SampleVerdict.NotPositive)]
    [InlineData("198.18.7.9", 0, 0, SampleVerdict.NotPositive)]
    [InlineData("198.18.7.9", double.NaN, 0, SampleVerdict.NotPositive)]
    [InlineData("198.18.7.9", double.PositiveInfinity, 0, SampleVerdict.TooLong)]
    [InlineData("198.18.7.9", 5_001, 0, SampleVerdict.TooLong)]
    [InlineData("198.18.7.9", 20, 1, SampleVerdict.UnknownRegion)]
    [InlineData("198.18.7.9", 20, -1, SampleVerdict.UnknownRegion)]
    [InlineData("10.0.0.1", 20, 0, SampleVerdict.PrivateNetwork)]
    [InlineData("127.0.0.1", 20, 0, SampleVerdict.PrivateNetwork)]
    [InlineData("224.0.0.251", 20, 0, SampleVerdict.PrivateNetwork)]
    [InlineData("fe80::1", 20, 0, SampleVerdict.PrivateNetwork)]
    public void Absurd_samples_are_told_apart_and_leave_no_cell(string client, double ms, int region, SampleVerdict verdict)
    {
        var collector = new LatencyCollector("balancer-1", ["eu-west"], LatencyOptions.Default);
        Assert.Equal(verdict, collector.Add(new LatencySample(Client.From(IPAddress.Parse(client)), region, ms, LatencySource.Connection), TimeSpan.Zero));
        Assert.Equal((0, 1L), (collector.CellCount, collector.CountOf(verdict)));
    }

    private static LatencySample Sample(string client, double ms) => new(Client.From(IPAddress.Parse(client)), 0, ms, LatencySource.Connection);

    /// <summary>100 prefixes near Dublin, 30 samples of each of three regions, every epoch.</summary>
    private static LatencyMap Run(LatencyMap map, uint from, uint to, LatencyOptions options, Func<int, double> present, double second = 70, double third = 150)
    {
        for (uint epoch = from; epoch < to; epoch++)
        {
            LatencyRows rows = LatencyWorld.Rows(epoch, [.. Enumerable.Range(0, 100).SelectMany(index => new (string, string, double, int)[]
                { (Prefix(index), "eu-west", present(index), 30), (Prefix(index), "us-east", second, 30), (Prefix(index), "us-west", third, 30) })]);
            map = LatencyDecider.Decide(map, epoch, LatencyWorld.Regions, [rows], SteeringWorld.Geo, options);
        }

        return map;
    }

    private static string First(LatencyMap map, int index)
        => map.Regions[map.Content.OrderOf(map.Content.Find(LatencyKey.Of(Client.From(IPAddress.Parse(Prefix(index))))))[0]].Label;

    private static string Prefix(int index) => $"198.18.{index}.0";
}
