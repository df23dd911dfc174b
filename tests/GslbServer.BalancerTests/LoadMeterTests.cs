namespace GslbServer.Balancer.Tests;

/// <summary>From counters to what is told of a balancer's load.</summary>
public sealed class LoadMeterTests
{
    [Fact]
    public void Requests_are_counted_over_the_last_five_seconds()
    {
        var meter = new LoadMeter();
        LoadFigures figures = meter.Add(Sample(0, answers: 0));
        Assert.Equal((0.0, null), (figures.Rps, figures.P50Ms));
        for (int second = 1; second <= 10; second++)
            figures = meter.Add(Sample(second, answers: second <= 5 ? 0 : (second - 5) * 100));
        Assert.Equal(100, figures.Rps);
    }

    [Fact]
    public void Requests_that_pile_up_came_too()
    {
        var meter = new LoadMeter();
        meter.Add(Sample(0, answers: 0));
        Assert.Equal(50, meter.Add(Sample(1, answers: 10, inFlight: 40)).Rps);
    }

    [Fact]
    public void Errors_and_processor_time_are_shares()
    {
        var meter = new LoadMeter();
        meter.Add(Sample(0, answers: 100, errors: 50));
        LoadFigures figures = meter.Add(Sample(2, answers: 200, errors: 75, processorSeconds: 1));
        Assert.Equal((0.25, 0.5), (figures.Errors, figures.Processors));
    }

    [Theory]
    [InlineData(0.5, 17.5)]
    [InlineData(0.99, 5000)]
    public void Quantiles_lie_within_their_bucket(double quantile, double milliseconds)
    {
        long[] counts = new long[DurationHistogram.Bounds.Count + 1];
        int At(double bound) => DurationHistogram.BucketOf(TimeSpan.FromSeconds(bound));
        // 20 answers of 15 to 20 ms, and 20 of 4 to 5 s.
        (counts[At(0.02)], counts[At(5)]) = (20, quantile > 0.5 ? 20 : 0);
        double? found = LoadMeter.Quantile(counts, quantile);
        Assert.NotNull(found);
        Assert.InRange(found.Value, milliseconds * 0.98, milliseconds * 1.001);
        Assert.Null(LoadMeter.Quantile(new long[counts.Length], quantile));
    }

    [Fact]
    public void Utilisation_is_the_highest_of_what_is_known()
    {
        LoadFigures figures = new(Rps: 50, Errors: 0, P50Ms: null, P99Ms: null, Processors: 0.34, InFlight: 30);
        Assert.Equal(0.2, Utilisation.Of(figures, new BalancerOptions(), processors: 2), 6);
        Assert.Equal(0.5, Utilisation.Of(figures, new BalancerOptions { Capacity = 100 }, processors: 2), 6);
        Assert.Equal(0.6, Utilisation.Of(figures, new BalancerOptions { Capacity = 100, CapacityInFlight = 50 }, processors: 2), 6);
    }

    private static LoadSample Sample(double seconds, long answers, long errors = 0, int inFlight = 0, double processorSeconds = 0)
        => new(TimeSpan.FromSeconds(seconds), answers, errors, inFlight, [answers], TimeSpan.FromSeconds(processorSeconds));
}
