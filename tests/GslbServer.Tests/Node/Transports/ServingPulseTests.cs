using System.Net;
using GslbServer.Tests.Probing;

namespace GslbServer.Tests.Transports;

public sealed class ServingPulseTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void A_thread_that_stands_still_is_named_after_five_seconds()
    {
        var pulse = new ServingPulse(_time);
        Assert.Empty(pulse.Stalled([("udp 0", 10), ("udp 1", 10)]));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(pulse.Stalled([("udp 0", 30), ("udp 1", 10)]));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("thread udp 1 has not moved for 6 s", Assert.Single(pulse.Stalled([("udp 0", 40), ("udp 1", 10)])));
        Assert.Empty(pulse.Stalled([("udp 0", 41), ("udp 1", 11)]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_serving_thread_turns_without_queries_and_not_before_it_starts(bool portable)
    {
        using var counters = new Counters();
        var listeners = new UdpListeners(new IPEndPoint(IPAddress.Loopback, 0), 2, handler: null!, counters, portable);
        Assert.All(listeners.Turns, thread => Assert.Equal(0, thread.Turns));
        listeners.Start();
        for (int turn = 1; turn < 3; turn++)
        {
            while (listeners.Turns.Any(thread => thread.Turns <= turn)) await Task.Delay(10);
        }

        listeners.Stop();
    }
}
