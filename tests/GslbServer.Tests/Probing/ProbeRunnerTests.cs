using System.Net;
using GslbServer.Probing;
using GslbServer.Steering;
using static GslbServer.Tests.Probing.ProbingTopology;
using Monitor = GslbServer.Steering.Monitor;

namespace GslbServer.Tests.Probing;

public sealed class ProbeRunnerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1), Fence = Limit + TimeSpan.FromMilliseconds(100);

    /// <summary>After a stall both are due, and timers that are due fire in any order.</summary>
    [Theory]
    [InlineData("192.0.2.1", null)]
    [InlineData(null, "www.example.org")]
    public async Task Probe_is_cancelled_where_its_fence_falls_before_its_deadline_is_noticed(string? address, string? host)
    {
        var time = new FakeTime();
        var probe = new ScriptedProbe();
        var runner = new ProbeRunner(_ => probe, new HostAddresses(time, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback])), new DeadlinesNeverCome(time));
        Task<ProbeRunner.Run> run = runner.RunAsync(new(new Monitor("m", 0, 0, address is null ? null : IPAddress.Parse(address), host), Check(CheckKind.Tcp, 80), "eu-west"), Limit, default);
        ScriptedProbe.Asked asked = await probe.NextAsync();
        await time.UntilWaitingAsync(Fence);
        time.Advance(Fence);
        Assert.False((await run).Result.Success);
        Assert.True(asked.Cancelled.IsCancellationRequested);
    }

    private sealed class DeadlinesNeverCome(FakeTime time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime == Limit ? Timeout.InfiniteTimeSpan : dueTime, period);
    }
}
