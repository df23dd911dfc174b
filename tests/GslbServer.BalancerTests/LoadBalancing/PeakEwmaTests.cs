namespace GslbServer.Balancer.Tests;

public sealed class PeakEwmaTests
{
    private const double Decay = 10_000;

    private readonly PeakEwma _latency = new();

    [Fact]
    public void Without_history_it_costs_nothing() => Assert.Equal(0, _latency.Cost(123, Decay));

    [Fact]
    public void A_peak_counts_at_once()
    {
        _latency.Add(10, 1000, Decay);
        _latency.Add(500, 1001, Decay);
        Assert.Equal(500, _latency.Cost(1001, Decay), 1e-3);
    }

    [Fact]
    public void What_is_quicker_counts_by_and_by()
    {
        _latency.Add(100, 0, Decay);
        _latency.Add(10, 10_000, Decay);
        Assert.Equal((100 / Math.E) + (10 * (1 - (1 / Math.E))), _latency.Cost(10_000, Decay), 1e-3);
    }

    [Fact]
    public void Many_quick_answers_outweigh_a_peak_sooner_than_time_does()
    {
        _latency.Add(100, 1000, Decay);
        for (int i = 0; i < 100; i++) _latency.Add(10, 1001, Decay);
        Assert.InRange(_latency.Cost(1001, Decay), 10, 15);
    }

    [Fact]
    public void While_nothing_is_known_it_sinks_so_that_the_backend_is_tried_again()
    {
        _latency.Add(100, 0, Decay);
        Assert.Equal(100 / Math.E, _latency.Cost(10_000, Decay), 1e-3);
        Assert.Equal(100 / Math.E / Math.E, _latency.Cost(20_000, Decay), 1e-3);
    }

    [Fact]
    public void The_clock_may_wrap_around_and_another_thread_may_be_ahead()
    {
        _latency.Add(100, uint.MaxValue - 1L, Decay);
        Assert.Equal(100 * Math.Exp(-0.4), _latency.Cost(uint.MaxValue + 3999L, Decay), 1e-3);
        Assert.Equal(100, _latency.Cost(uint.MaxValue - 500L, Decay), 1e-3);
    }

    [Fact]
    public void What_is_long_past_changes_nothing_and_what_is_just_past_counts_as_any_answer()
    {
        _latency.Add(10, 20_000, Decay);
        _latency.Add(500, 9_000, Decay);
        Assert.Equal(10, _latency.Cost(20_000, Decay), 1e-3);
        _latency.Add(5, 19_999, Decay);
        Assert.Equal(10 - (5 / 32.0), _latency.Cost(20_000, Decay), 1e-3);
        _latency.Add(50, 19_999, Decay);
        Assert.Equal(50, _latency.Cost(20_000, Decay), 1e-3);
    }

    [Fact]
    public void Many_threads_at_once_leave_a_value_that_some_of_them_told()
    {
        Parallel.For(0, 8, thread =>
        {
            for (int i = 0; i < 20_000; i++) _latency.Add(10 + thread, i, Decay);
        });
        Assert.InRange(_latency.Cost(19_999, Decay), 10, 17.001);
    }
}

public sealed class AttemptLatencyTests
{
    /// <summary>Cost so far 50 ms, an error counts 1000 ms.</summary>
    [Theory]
    [InlineData("Answered", 20.0, 900.0, 20.0)] // a body that streams for long is not the time to the first byte
    [InlineData("GatewayError", null, 1.0, 1000.0)] // quick to fail
    [InlineData("GatewayError", null, 5000.0, 5000.0)] // timed out
    [InlineData("GatewayError", 3.0, 4.0, 1000.0)] // an answer of 503
    [InlineData("ApplicationError", 3.0, 4.0, 50.0)] // no better for it
    [InlineData("ApplicationError", 90.0, 91.0, 90.0)]
    [InlineData("ClientGone", 20.0, 25.0, 20.0)] // in the middle of the body
    [InlineData("ClientGone", null, 30.0, null)] // sooner than it ever answers
    [InlineData("ClientGone", null, 3000.0, 3000.0)] // it was silent for three seconds
    [InlineData("Answered", null, 5.0, null)] // answered by the balancer itself
    public void An_attempt_tells(string outcome, double? firstByte, double whole, double? expected) =>
        Assert.Equal(expected, AttemptLatency.Of(Enum.Parse<AttemptOutcome>(outcome), firstByte, whole, cost: 50, errorPenalty: 1000));
}
