namespace GslbServer.Balancer.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void Text_has_families_labels_and_escapes()
    {
        var families = new MetricFamilies();
        families.Family("gslb_balancer_x", MetricKind.Gauge, "What it is.");
        families.Sample("gslb_balancer_x", 1.5, ("a", "q\"b\\n\n"), ("b", "2"));
        families.Sample("gslb_balancer_x", 12345678901);

        Assert.Equal("# HELP gslb_balancer_x What it is.\n# TYPE gslb_balancer_x gauge\ngslb_balancer_x{a=\"q\\\"b\\\\n\\n\",b=\"2\"} 1.5\ngslb_balancer_x 12345678901\n", PrometheusText.Write(families));
    }

    [Fact]
    public void Durations_fall_into_the_bucket_that_holds_their_bound()
    {
        var histogram = new DurationHistogram();
        foreach (int milliseconds in (int[])[0, 5, 6, 10_000, 10_001, 61_000]) histogram.Add(TimeSpan.FromMilliseconds(milliseconds));

        long[] counts = histogram.Counts;
        (double Bound, long Count)[] seen = [.. counts.Select((count, i) => (i < DurationHistogram.Bounds.Count ? DurationHistogram.Bounds[i] : double.PositiveInfinity, count)).Where(pair => pair.count > 0)];
        Assert.Equal([(0.0001, 1), (0.005, 1), (0.006, 1), (10, 1), (15, 1), (double.PositiveInfinity, 1)], seen);
        Assert.Equal(81.012, histogram.SumSeconds, 6);
    }

    [Fact]
    public void What_is_told_are_bounds_of_the_histogram() => Assert.Empty(DurationHistogram.ToldBounds.Except(DurationHistogram.Bounds));

    [Fact]
    public void Recent_durations_are_those_of_the_last_window()
    {
        var recent = new RecentDurations();
        Assert.Equal([1, 0], recent.Since([1, 0], TimeSpan.FromSeconds(1)));
        Assert.Equal([2, 0], recent.Since([2, 0], TimeSpan.FromSeconds(31)));
        Assert.Equal([1, 1], recent.Since([3, 1], TimeSpan.FromSeconds(61)));
        Assert.Equal([3, 1], recent.Since([5, 1], TimeSpan.FromSeconds(62)));
        Assert.Equal([2, 0], recent.Since([5, 1], TimeSpan.FromSeconds(500)));
        Assert.Equal([0, 0], recent.Since([5, 1], TimeSpan.FromSeconds(530)));
    }

    [Fact]
    public void Counters_lose_nothing_when_many_count_at_once()
    {
        var counters = new StripedCounters(3);
        Assert.Equal(0, counters.Sum(2));
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++) counters.Add(2, 2);
        });
        Assert.Equal((0, 160_000), (counters.Sum(1), counters.Sum(2)));
    }

    [Fact]
    public void Statuses_are_counted_by_class()
    {
        var classes = new StatusClasses();
        foreach (int status in (int[])[101, 200, 204, 404, 503, 0, 999]) classes.Add(status);

        Assert.Equal([("1xx", 2), ("2xx", 2), ("4xx", 1), ("5xx", 2)], classes.Seen);
    }
}
