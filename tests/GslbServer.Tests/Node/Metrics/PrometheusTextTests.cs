namespace GslbServer.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Families_stand_together_with_help_and_type_once()
    {
        var families = new MetricFamilies();
        families.Gauge("gslb_up", "Is it up", 1, ("name", "a"));
        families.Counter("gslb_queries_total", "Queries", 3);
        families.Gauge("gslb_up", "Is it up", 0.5, ("name", "b"), ("kind", "c"));
        families.Counter("gslb_queries_total", "Queries", 4, ("transport", "udp"));
        Assert.Equal("""
            # HELP gslb_up Is it up
            # TYPE gslb_up gauge
            gslb_up{name="a"} 1
            gslb_up{name="b",kind="c"} 0.5
            # HELP gslb_queries_total Queries
            # TYPE gslb_queries_total counter
            gslb_queries_total 3
            gslb_queries_total{transport="udp"} 4

            """, PrometheusText.Write(families));
    }

    [Fact]
    public void Labels_and_help_are_escaped_and_special_numbers_written_as_words()
    {
        var families = new MetricFamilies();
        families.Gauge("g", "a\\b\nc", double.PositiveInfinity, ("l", "q\"u\\o\nte"));
        Assert.Equal("# HELP g a\\\\b\\nc\n# TYPE g gauge\ng{l=\"q\\\"u\\\\o\\nte\"} +Inf\n", PrometheusText.Write(families));
    }
}
