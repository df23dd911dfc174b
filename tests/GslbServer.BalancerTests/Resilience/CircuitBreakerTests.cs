using FsCheck;
using FsCheck.Fluent;

namespace GslbServer.Balancer.Tests;

public sealed class CircuitBreakerTests
{
    private static readonly BreakerSettings Defaults = new();

    private readonly CircuitBreaker _breaker = new();

    [Fact]
    public void Opens_when_half_of_at_least_twenty_answers_are_errors()
    {
        for (int i = 0; i < 10; i++) _breaker.Succeeded(isProbe: false, At(1), Defaults);
        for (int i = 0; i < 9; i++) Assert.False(_breaker.Failed(isProbe: false, At(2), Defaults));
        Assert.Equal(BreakerState.Closed, _breaker.State);

        Assert.True(_breaker.Failed(isProbe: false, At(2), Defaults));

        Assert.Equal(BreakerState.Open, _breaker.State);
        Assert.False(_breaker.TryEnter(At(2.9), out _));
        Assert.True(_breaker.Admits(At(3)));
    }

    [Fact]
    public void Errors_of_an_old_window_do_not_count()
    {
        for (int i = 0; i < 19; i++) _breaker.Failed(isProbe: false, At(1), Defaults);

        Assert.False(_breaker.Failed(isProbe: false, At(11), Defaults));

        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public void Fewer_errors_than_the_ratio_keep_it_closed()
    {
        for (int i = 0; i < 1000; i++)
        {
            _breaker.Succeeded(isProbe: false, At(i / 50), Defaults);
            _breaker.Succeeded(isProbe: false, At(i / 50), Defaults);
            _breaker.Failed(isProbe: false, At(i / 50), Defaults);
        }

        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public void Half_open_admits_exactly_one_probe_whose_success_closes_it()
    {
        Open(At(1));
        int entered = 0;
        Parallel.For(0, 64, _ =>
        {
            if (_breaker.TryEnter(At(2), out bool isProbe) && isProbe) Interlocked.Increment(ref entered);
        });
        Assert.Equal(1, entered);
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);

        // What was sent before it opened and ends now decides nothing.
        Assert.False(_breaker.Succeeded(isProbe: false, At(2), Defaults));
        Assert.False(_breaker.Failed(isProbe: false, At(2), Defaults));
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);

        Assert.True(_breaker.Succeeded(isProbe: true, At(2), Defaults));
        Assert.Equal(BreakerState.Closed, _breaker.State);
        for (int i = 0; i < 19; i++) Assert.False(_breaker.Failed(isProbe: false, At(2), Defaults));
    }

    [Fact]
    public void Each_failed_probe_doubles_how_long_it_is_open_up_to_a_minute()
    {
        Open(At(0));
        TimeSpan now = At(0);
        List<double> periods = [];
        for (int i = 0; i < 9; i++)
        {
            periods.Add((_breaker.OpenUntil - now).TotalSeconds);
            now = _breaker.OpenUntil;
            Assert.True(_breaker.TryEnter(now, out bool isProbe));
            Assert.True(_breaker.Failed(isProbe, now, Defaults));
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], periods);
    }

    [Fact]
    public void A_probe_whose_client_went_away_leaves_its_place_to_the_next()
    {
        Open(At(1));
        Assert.True(_breaker.TryEnter(At(2), out bool isProbe));
        Assert.False(_breaker.TryEnter(At(2), out _));

        _breaker.Abandoned(isProbe);

        Assert.True(_breaker.TryEnter(At(2), out isProbe));
        Assert.True(isProbe);
    }

    [Fact]
    public void Turned_off_it_never_opens()
    {
        for (int i = 0; i < 100; i++) Assert.False(_breaker.Failed(isProbe: false, At(1), Defaults with { ErrorRatio = 0 }));
    }

    [Fact]
    public void At_most_one_probe_is_out_whatever_happens() =>
        Prop.ForAll(Gen.Choose(0, 4).ArrayOf(200).ToArbitrary(), steps =>
        {
            var breaker = new CircuitBreaker();
            var settings = new BreakerSettings { Requests = 2 };
            (int probes, TimeSpan now) = (0, At(0));
            foreach (int step in steps)
            {
                now += TimeSpan.FromMilliseconds(300);
                if (step == 0 && breaker.TryEnter(now, out bool isProbe) && isProbe) probes++;
                if (step == 1) breaker.Failed(isProbe: false, now, settings);
                if (step == 2) breaker.Succeeded(isProbe: false, now, settings);
                if (step == 3 && probes > 0 && breaker.Failed(isProbe: true, now, settings)) probes--;
                if (step == 4 && probes > 0 && breaker.Succeeded(isProbe: true, now, settings)) probes--;
                if (probes > 1 || (probes == 1) != (breaker.State == BreakerState.HalfOpen)) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    private void Open(TimeSpan now)
    {
        for (int i = 0; i < Defaults.Requests; i++) _breaker.Failed(isProbe: false, now, Defaults);
        Assert.Equal(BreakerState.Open, _breaker.State);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
