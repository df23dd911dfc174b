using System.Net;
using System.Net.Sockets;
using GslbServer.Probing;
using GslbServer.Steering;
using Microsoft.Extensions.Logging.Abstractions;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

public sealed class ScheduleTests
{
    [Fact]
    public async Task Endpoint_that_listens_is_up_and_goes_down_when_it_closes()
    {
        var seen = new SeenObservations();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var schedule = new ProbeSchedule("node-1", null, TimeProvider.System, NullLogger<ProbeSchedule>.Instance, seen.Receive);
        Assert.False(schedule.FirstRoundComplete);

        await schedule.StartAsync(default);
        schedule.Apply(Of(("a", Check(CheckKind.Tcp, port, every: 0.1, timeout: 0.1))));

        Observation up = await seen.UntilAsync("a", o => o.Verdict == Verdict.Up && o.Streak >= 3);
        Assert.True(schedule.FirstRoundComplete);
        Assert.Equal("connected", up.Detail);
        Assert.True(up.RttMilliseconds > 0);

        listener.Stop();
        Observation down = await seen.UntilAsync("a", o => o.Verdict == Verdict.Down);
        Assert.Equal("connection refused", down.Detail);
        Assert.True(down.Streak <= -2);
    }
}
