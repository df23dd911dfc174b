namespace GslbServer.Balancer.Tests;

public sealed class BackendGateTests
{
    private static readonly ClusterSettings Settings = new() { Limits = new LimitSettings { Backend = 2 }, Breaker = new BreakerSettings { Requests = 2 } };

    private readonly BackendGate _gate = new();

    [Fact]
    public void A_full_backend_takes_no_more_until_one_leaves()
    {
        Assert.True(Enter(At(0)));
        Assert.True(Enter(At(0)));
        Assert.False(_gate.Admits(Settings, At(0)));
        Assert.False(Enter(At(0)));
        Assert.Equal(2, _gate.InFlight);

        _gate.Leave(Settings, At(0), counts: true, isProbe: false, failed: false);
        Assert.True(Enter(At(0)));
    }

    [Fact]
    public void WebSockets_take_no_place()
    {
        for (int i = 0; i < 10; i++) Assert.True(_gate.TryEnter(Settings, At(0), counts: false, out _));
        Assert.Equal(0, _gate.InFlight);
    }

    [Fact]
    public void Behind_an_open_breaker_nobody_takes_a_place()
    {
        Open();
        Assert.False(_gate.Admits(Settings, At(1.5)));
        Assert.False(Enter(At(1.5)));
        Assert.Equal(0, _gate.InFlight);
    }

    [Fact]
    public void The_head_of_an_answer_closes_the_breaker_however_long_its_body_is()
    {
        Open();
        Assert.True(_gate.TryEnter(Settings, At(2), counts: true, out bool isProbe));
        Assert.True(isProbe);
        Assert.False(Enter(At(2)));

        Assert.True(_gate.Answered(Settings, At(2)));

        Assert.True(Enter(At(2)));
    }

    [Fact]
    public void A_breaker_turned_off_under_a_probe_still_hears_of_its_end()
    {
        Open();
        _gate.TryEnter(Settings, At(2), counts: true, out bool isProbe);
        ClusterSettings off = Settings with { Breaker = new BreakerSettings { ErrorRatio = 0 } };
        Assert.True(_gate.Admits(off, At(2)));

        Assert.Equal(BreakerState.Closed, _gate.Leave(off, At(2), counts: true, isProbe, failed: false));
    }

    private void Open()
    {
        for (int i = 0; i < 2; i++)
        {
            Assert.True(Enter(At(1)));
            _gate.Leave(Settings, At(1), counts: true, isProbe: false, failed: true);
        }

        Assert.Equal(BreakerState.Open, _gate.Breaker.State);
    }

    private bool Enter(TimeSpan now) => _gate.TryEnter(Settings, now, counts: true, out _);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
