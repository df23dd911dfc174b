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
        schedule.Apply(Of(("a", Check(CheckKind.Tcp, port, every: 0.5, timeout: 0.5))));

        Observation up = await seen.UntilAsync("a", o => o.Verdict == Verdict.Up && o.Streak >= 2);
        Assert.True(schedule.FirstRoundComplete);
        Assert.Equal("connected", up.Detail);
        Assert.True(up.RttMilliseconds > 0);

        listener.Stop();
        Observation down = await seen.UntilAsync("a", o => o.Verdict == Verdict.Down && o.Detail == "connection refused");
        Assert.True(down.Streak <= -2);
    }

    [Fact]
    public async Task A_node_probes_its_own_share_and_what_is_new_to_all()
    {
        var seen = new SeenObservations();
        ScriptedProbe probe = new();
        await using ProbeSchedule schedule = Scripted(probe, seen);
        Check check = Check(CheckKind.Http, 80, every: 3_600);
        schedule.Apply(Of(("a", check), ("b", check), ("c", check)));
        await schedule.StartAsync(default);
        for (int i = 0; i < 3; i++)
            (await probe.NextAsync()).Succeed();
        await Eventually.True(() => schedule.FirstRoundComplete);

        schedule.Assign(["a"]);
        Assert.Equal("a", Assert.Single(await seen.UntilAsync(o => o.Count == 1)).Monitor);
        Assert.True(schedule.FirstRoundComplete);

        // What it takes over is probed at once, and does not make a ready node unready.
        schedule.Assign(["a", "c"]);
        Assert.True(schedule.FirstRoundComplete);
        (await probe.NextAsync()).Succeed();
        Assert.Equal(["a", "c"], (await seen.UntilAsync(o => o.Count == 2 && o[1].Verdict == Verdict.Up)).Select(o => o.Monitor));

        schedule.Apply(Of(("a", check), ("b", check), ("c", check), ("d", check)));
        Assert.Equal(["a", "c", "d"], (await seen.UntilAsync(o => o.Count == 3)).Select(o => o.Monitor));
    }

    [Fact]
    public async Task New_topology_keeps_counters_probes_newcomers_at_once_and_ends_what_is_gone()
    {
        var seen = new SeenObservations();
        ScriptedProbe probe = new();
        await using ProbeSchedule schedule = Scripted(probe, seen);
        // A cadence so long that every probe seen here is a first one, a confirmation or a newcomer's.
        Check check = Check(CheckKind.Http, 80, every: 3_600);
        schedule.Apply(Of(("a", check)));
        await schedule.StartAsync(default);
        (await probe.NextAsync()).Succeed();
        await seen.UntilAsync("a", o => o is { Verdict: Verdict.Up, Streak: >= 1 });

        Observation known = new("c", Verdict.Down, -12, 3, "connection refused");
        schedule.Apply(Of(("b", check), ("a", check), ("c", check)), [known]);

        IReadOnlyList<Observation> all = await seen.UntilAsync(o => o.Count == 3);
        Assert.Equal(["b", "a", "c"], all.Select(o => o.Monitor));
        Assert.Equal((Verdict.Up, known), (all[1].Verdict, all[2]));
        Assert.False(schedule.FirstRoundComplete);
        while (!schedule.FirstRoundComplete)
        {
            (await probe.NextAsync()).Succeed();
            await seen.UntilAsync(_ => true);
        }
        await seen.UntilAsync("c", o => o is { Verdict: Verdict.Down, Streak: >= 1 });

        schedule.Apply(Topology.Empty);
        Assert.Empty(await seen.UntilAsync(o => o.Count == 0));
        Assert.True(schedule.FirstRoundComplete);
    }

    [Fact]
    public async Task Every_cadence_of_the_topology_ticks()
    {
        var seen = new SeenObservations();
        await using var schedule = new ProbeSchedule("node-1", null, TimeProvider.System, NullLogger<ProbeSchedule>.Instance, seen.Receive);
        await schedule.StartAsync(default);
        schedule.Apply(Of(("fast", Check(CheckKind.None, 0, every: 0.1)), ("slow", Check(CheckKind.None, 0, every: 0.3))));
        await seen.UntilAsync(all => all.Count == 2 && all.All(o => o.Streak >= 5));
        schedule.Apply(Of(("slow", Check(CheckKind.None, 0, every: 0.3)), ("other", Check(CheckKind.None, 0, every: 0.2))));
        await seen.UntilAsync(all => all.Count == 2 && all[0].Streak >= 8 && all[1].Streak >= 5);
    }

    [Fact]
    public async Task Two_schedules_live_in_one_process()
    {
        SeenObservations seenByOne = new(), seenByTwo = new();
        await using var one = new ProbeSchedule("node-1", null, TimeProvider.System, NullLogger<ProbeSchedule>.Instance, seenByOne.Receive);
        await using var two = new ProbeSchedule("node-2", null, TimeProvider.System, NullLogger<ProbeSchedule>.Instance, seenByTwo.Receive);
        foreach (ProbeSchedule schedule in (ProbeSchedule[])[one, two])
        {
            await schedule.StartAsync(default);
            schedule.Apply(Of(("a", Check(CheckKind.None, 0, every: 0.1))));
        }
        await seenByOne.UntilAsync("a", o => o.Streak >= 5);
        await seenByTwo.UntilAsync("a", o => o.Streak >= 5);
        await one.StopAsync();
        await seenByTwo.UntilAsync("a", o => o.Streak >= 15);
    }

    [Fact]
    public async Task Receiver_that_throws_gets_the_next_report_all_the_same()
    {
        var seen = new SeenObservations();
        int reports = 0;
        await using var schedule = new ProbeSchedule("node-1", null, TimeProvider.System, NullLogger<ProbeSchedule>.Instance, all =>
        {
            if (Interlocked.Increment(ref reports) == 1)
                throw new InvalidOperationException("the receiver's bug");
            seen.Receive(all);
        });
        await schedule.StartAsync(default);
        schedule.Apply(Of(("a", Check(CheckKind.None, 0))));
        await seen.UntilAsync("a", o => o.Verdict == Verdict.Up);
    }

    [Fact]
    public async Task Stopped_schedule_cancels_what_is_under_way_and_counts_nothing_of_it()
    {
        var seen = new SeenObservations();
        ScriptedProbe probe = new();
        ProbeSchedule schedule = Scripted(probe, seen);
        schedule.Apply(Of(("a", Check(CheckKind.Http, 80, every: 3_600, timeout: 3_600))));
        await schedule.StartAsync(default);
        ScriptedProbe.Asked asked = await probe.NextAsync();
        await schedule.StopAsync();
        Assert.True(asked.Cancelled.IsCancellationRequested);
        Assert.False(schedule.FirstRoundComplete);
        await schedule.DisposeAsync();
    }

    [Fact]
    public async Task Schedule_that_never_started_stops_too()
    {
        var schedule = new ProbeSchedule("node-1", null, TimeProvider.System, NullLogger<ProbeSchedule>.Instance, _ => { });
        schedule.Apply(Of(("a", Check(CheckKind.None, 0))));
        await schedule.DisposeAsync();
        Assert.False(schedule.FirstRoundComplete);
    }

    [Fact]
    public void Steady_clock_ignores_steps_of_the_wall_clock()
    {
        var time = new SteppingTime();
        var clock = new SteadyClock(time);
        DateTimeOffset start = clock.GetUtcNow();
        time.Wall = time.Wall.AddMinutes(-5);
        time.Elapsed = TimeSpan.FromSeconds(3);
        Assert.Equal(start.AddSeconds(3), clock.GetUtcNow());
    }

    private static ProbeSchedule Scripted(ScriptedProbe probe, SeenObservations seen) => new("node-1", TimeProvider.System, NullLogger<ProbeSchedule>.Instance, seen.Receive,
        _ => probe, new HostAddresses(TimeProvider.System, (_, _) => Task.FromResult(Array.Empty<IPAddress>())));

    private sealed class SteppingTime : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override DateTimeOffset GetUtcNow() => Wall;
    }
}
