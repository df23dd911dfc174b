using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class LatencyCollectorTests
{
    private static readonly TimeSpan Epoch = TimeSpan.FromSeconds(LatencyOptions.EpochSeconds);

    [Theory]
    [InlineData("203.0.113.7", 20, SampleVerdict.Counted)]
    [InlineData("203.0.113.7", -1, SampleVerdict.NotPositive)]
    [InlineData("203.0.113.7", 0, SampleVerdict.NotPositive)]
    [InlineData("203.0.113.7", double.NaN, SampleVerdict.NotPositive)]
    [InlineData("203.0.113.7", 5001, SampleVerdict.TooLong)]
    [InlineData("203.0.113.7", double.PositiveInfinity, SampleVerdict.TooLong)]
    [InlineData("10.1.2.3", 20, SampleVerdict.PrivateNetwork)]
    [InlineData("127.0.0.1", 20, SampleVerdict.PrivateNetwork)]
    [InlineData("224.0.0.1", 20, SampleVerdict.PrivateNetwork)]
    [InlineData("::1", 20, SampleVerdict.PrivateNetwork)]
    [InlineData("2001:db8::1", 20, SampleVerdict.Counted)]
    public void A_sample_is_judged_and_counted_by_its_verdict(string client, double ms, SampleVerdict expected)
    {
        LatencyCollector collector = Collector();
        Assert.Equal(expected, Add(collector, client, ms));
        Assert.Equal(1, collector.CountOf(expected));
        Assert.Equal(expected == SampleVerdict.Counted ? 1 : 0, collector.CellCount);
    }

    [Fact]
    public void One_prefix_cannot_flood_and_does_not_move_its_neighbours()
    {
        LatencyCollector collector = Collector();
        Add(collector, "198.51.100.1", 30);
        for (int i = 0; i < 1000; i++)
            Add(collector, $"203.0.113.{i % 256}", 900);
        Assert.Equal(1000 - LatencyOptions.MaxSamplesPerEpoch, collector.CountOf(SampleVerdict.Flooding));
        LatencyRows rows = collector.CloseEpoch(7, Epoch);
        Assert.Equal([("198.51.100.0/24", 1), ("203.0.113.0/24", LatencyOptions.MaxSamplesPerEpoch)], rows.Rows.Select(row => (row.Key.ToString(), (int)row.Samples)));
        Assert.InRange(rows.Rows[0].Median / 10.0, 29, 31);
        Assert.Equal(SampleVerdict.Counted, Add(collector, "203.0.113.9", 900, Epoch * 1.5));
    }

    [Fact]
    public void The_median_stays_where_one_sample_in_eight_waits_in_a_queue()
    {
        var random = new Random(1);
        LatencyCollector collector = Collector();
        for (int i = 0; i < 60; i++)
            Add(collector, "203.0.113.7", i % 8 == 0 ? 30 + (random.NextDouble() * 400) : 30 + random.NextDouble());
        Assert.InRange(Assert.Single(collector.CloseEpoch(7, Epoch).Rows).Median / 10.0, 29, 32);
    }

    [Fact]
    public void Half_of_what_is_known_is_forgotten_in_12_hours_and_all_in_7_days()
    {
        LatencyCollector collector = Collector();
        for (int i = 0; i < 40; i++)
            Add(collector, "203.0.113.7", 20 + (i * 7 % 40));
        Assert.Equal(40, collector.CloseEpoch(1, Epoch).Rows[0].Samples);
        Assert.Equal(20, collector.CloseEpoch(2, TimeSpan.FromHours(12)).Rows[0].Samples);
        Assert.Empty(collector.CloseEpoch(3, TimeSpan.FromDays(8)).Rows);
        Assert.Equal(0, collector.CellCount);
    }

    [Fact]
    public void A_step_is_told_in_the_first_epoch_and_a_half_hidden_one_is_not()
    {
        LatencyCollector collector = Collector();
        Assert.Equal(50, CloseWith(collector, 1, Enumerable.Repeat(50.0, 30)), 2.0);
        Assert.Equal(50, CloseWith(collector, 2, Enumerable.Range(0, 12).Select(i => i < 6 ? 50.0 : 90.0)), 2.0);
        Assert.Equal(90, CloseWith(collector, 3, Enumerable.Repeat(90.0, 12)), 3.0);
        Assert.Equal(90, CloseWith(collector, 4, Enumerable.Repeat(90.0, 12)), 3.0);
        Assert.Equal(90, CloseWith(collector, 5, Enumerable.Repeat(90.0, 2)), 3.0);
    }

    [Theory]
    [InlineData(7.0, 50.0)]
    [InlineData(10.0, 90.0)]
    public void A_blip_of_five_minutes_that_lies_across_the_end_of_an_epoch_is_told_once_and_a_step_twice(double endsAtMinute, double told)
    {
        LatencyCollector collector = Collector();
        CloseWith(collector, 0, Enumerable.Repeat(50.0, 30));
        double[] rows = [CloseSpread(collector, 1, fromMinute: 2, toMinute: 5), CloseSpread(collector, 2, fromMinute: 5, endsAtMinute)];
        Assert.Equal(90, rows[0], 3.0);
        Assert.Equal(told, rows[1], 3.0);
    }

    [Fact]
    public void A_sample_at_the_old_level_ends_the_run_that_proves_a_step()
    {
        LatencyCollector collector = Collector();
        CloseWith(collector, 0, Enumerable.Repeat(50.0, 30));
        CloseSpread(collector, 1, fromMinute: 0, toMinute: 5);
        Add(collector, "203.0.113.7", 50, Epoch + TimeSpan.FromMinutes(5.5));
        Assert.Equal(50, CloseSpread(collector, 2, fromMinute: 6, toMinute: 10), 3.0);
        Assert.Equal(90, CloseSpread(collector, 3, fromMinute: 10, toMinute: 15), 3.0);
    }

    [Fact]
    public void A_clock_that_goes_back_changes_nothing()
    {
        LatencyCollector collector = Collector();
        Add(collector, "203.0.113.7", 20, TimeSpan.FromHours(20));
        Add(collector, "203.0.113.7", 20, TimeSpan.FromHours(1));
        Assert.Equal(2, collector.CloseEpoch(1, TimeSpan.FromHours(2)).Rows[0].Samples);
    }

    [Fact]
    public void Two_hundred_thousand_cells_take_20_MiB_and_no_more_are_kept()
    {
        const int most = 200_000;
        LatencySample[] samples = [.. Enumerable.Range(0, most).Select(i => new LatencySample(Client(i), 0, 20, LatencySource.Connection))];
        long before = GC.GetAllocatedBytesForCurrentThread();
        LatencyCollector collector = Collector();
        for (int i = 0; i < most; i++)
            collector.Add(samples[i], default);
        for (int i = 0; i < most; i += 2)
            collector.Add(samples[i], default);
        // What was allocated and given up while the index grew is counted too: as much again as the index, 1 MiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 21 * 1048576L);
        for (int i = most; i < most + 50_000; i++)
            Add(collector, i);
        Assert.Equal(most, collector.CellCount);
        Assert.Equal(50_000, collector.Evicted);
        Dictionary<LatencyKey, LatencyRow> rows = collector.CloseEpoch(1, Epoch).Rows.ToDictionary(row => row.Key);
        // A flood of strangers drives out those known by one sample, not those known by two.
        Assert.InRange(Enumerable.Range(0, most).Count(i => i % 2 == 0 && rows.ContainsKey(LatencyKey.Of(Client(i)))), most / 2 * 0.95, most / 2);
    }

    [Fact]
    public void Histograms_of_two_collectors_add_up()
    {
        LatencyCollector one = Collector(), other = Collector();
        Add(one, "203.0.113.7", 20);
        Add(other, "203.0.113.8", 22);
        Add(other, "198.51.100.1", 70);
        one.Merge(other);
        Assert.Equal([1, 2], one.CloseEpoch(1, Epoch).Rows.Select(row => (int)row.Samples));
    }

    [Fact]
    public void A_restart_goes_on_from_the_last_table_told()
    {
        LatencyCollector before = Collector();
        foreach (int i in Enumerable.Range(0, 60))
            Add(before, "203.0.113.7", 35 + (5 * (i % 7)), Epoch / 2);
        Add(before, "198.51.100.1", 70);
        before.AddResolverUse(GslbServer.Steering.Client.From(IPAddress.Parse("192.0.2.53")), GslbServer.Steering.Client.From(IPAddress.Parse("203.0.113.7")));
        LatencyRows told = before.CloseEpoch(1, Epoch);

        LatencyCollector after = Collector();
        Add(after, "203.0.113.7", 50);
        after.Restore(told, TimeSpan.Zero);
        LatencyRows again = after.CloseEpoch(2, Epoch);
        Assert.Equal(told.Rows.Select(row => (row.Key, row.Region, row.Source)), again.Rows.Select(row => (row.Key, row.Region, row.Source)));
        Assert.Equal([1, 61], again.Rows.Select(row => (int)row.Samples));
        Assert.All(told.Rows.Zip(again.Rows), pair => Assert.InRange(pair.Second.Median / (double)pair.First.Median, 0.96, 1.04));
        Assert.InRange(again.Rows[1].Spread, told.Rows[1].Spread / 2, told.Rows[1].Spread * 2);
        Assert.Equal(told.Links.AsEnumerable(), again.Links);
    }

    [Fact]
    public void What_was_restored_tells_a_step_from_what_was_before()
    {
        LatencyCollector before = Collector(), after = Collector();
        foreach (int _ in Enumerable.Range(0, 60))
            Add(before, "203.0.113.7", 50);
        after.Restore(before.CloseEpoch(0, TimeSpan.Zero), TimeSpan.Zero);
        Assert.Equal(90, CloseSpread(after, 1, fromMinute: 0, toMinute: 5), 3.0);
        Assert.Equal(90, CloseSpread(after, 2, fromMinute: 5, toMinute: 10), 3.0);
    }

    private static LatencyCollector Collector() => new("balancer-1", ["eu-west", "us-east"], LatencyOptions.Default);

    private static double CloseWith(LatencyCollector collector, uint epoch, IEnumerable<double> samples)
    {
        foreach (double ms in samples)
            Add(collector, "203.0.113.7", ms, Epoch * epoch);
        return collector.CloseEpoch(epoch, Epoch * epoch).Rows[0].Median / 10.0;
    }

    /// <summary>Twelve samples of 90 ms, evenly between two minutes after the end of epoch 0.</summary>
    private static double CloseSpread(LatencyCollector collector, uint epoch, double fromMinute, double toMinute)
    {
        for (int i = 0; i < 12; i++)
            Add(collector, "203.0.113.7", 90, Epoch + TimeSpan.FromMinutes(fromMinute + ((toMinute - fromMinute) * i / 12)));
        return collector.CloseEpoch(epoch, Epoch * (epoch + 1)).Rows[0].Median / 10.0;
    }

    private static SampleVerdict Add(LatencyCollector collector, string client, double ms, TimeSpan now = default)
        => collector.Add(new LatencySample(GslbServer.Steering.Client.From(IPAddress.Parse(client)), 0, ms, LatencySource.Connection), now);

    private static void Add(LatencyCollector collector, int client) => collector.Add(new LatencySample(Client(client), 0, 20, LatencySource.Connection), default);

    private static Client Client(int index) => GslbServer.Steering.Client.From(new IPAddress([(byte)(16 + (index >> 16)), (byte)(index >> 8), (byte)index, 0]));
}
