namespace GslbServer.Balancer.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void Text_has_families_labels_and_escapes()
    {
        var text = new MetricsText();
        text.Family("gslb_balancer_x", "gauge", "What it is.");
        text.Sample("gslb_balancer_x", 1.5, ("a", "q\"b\\n\n"), ("b", "2"));
        text.Sample("gslb_balancer_x", 12345678901);

        Assert.Equal("# HELP gslb_balancer_x What it is.\n# TYPE gslb_balancer_x gauge\ngslb_balancer_x{a=\"q\\\"b\\\\n\\n\",b=\"2\"} 1.5\ngslb_balancer_x 12345678901\n", text.ToString());
    }

    [Fact]
    public void Durations_fall_into_the_bucket_that_holds_their_bound()
    {
        var histogram = new DurationHistogram();
        foreach (int milliseconds in (int[])[0, 5, 6, 10_000, 10_001]) histogram.Add(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal([2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], histogram.Counts);
        Assert.Equal(20.012, histogram.SumSeconds, 6);
    }

    [Fact]
    public void Statuses_are_counted_by_class()
    {
        var classes = new StatusClasses();
        foreach (int status in (int[])[101, 200, 204, 404, 503, 0, 999]) classes.Add(status);

        Assert.Equal([("1xx", 2), ("2xx", 2), ("4xx", 1), ("5xx", 2)], classes.Seen);
    }
}
