using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using GslbServer.Probing;
using GslbServer.Steering;
using Microsoft.Extensions.Logging.Abstractions;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

/// <summary>The fan-out on a clock that only the test moves, with probes that answer only when the test says so.</summary>
public sealed class RoundTests : IAsyncDisposable
{
    /// <summary>A first success counts as the rise of these checks.</summary>
    private const int FirstStreak = 3;

    private static readonly TimeSpan Half = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly FakeTime _time = new();
    private readonly Dictionary<CheckKind, ScriptedProbe> _probes = new() { [CheckKind.Http] = new(), [CheckKind.Tcp] = new() };
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly ProbeRounds _rounds;

    public RoundTests() => _rounds = new(
        new ProbeRunner(kind => _probes[kind], new HostAddresses(_time, (_, _) => Task.FromResult(Array.Empty<IPAddress>())), _time),
        _time, NullLogger.Instance, () => _news.Release(), _stop.Token);

    private ScriptedProbe Http => _probes[CheckKind.Http];

    private ScriptedProbe Tcp => _probes[CheckKind.Tcp];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _news.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task First_failure_is_confirmed_half_a_second_later_long_before_the_next_round()
    {
        Watch watch = Plan(("a", Check(CheckKind.Http, 80, fall: 2))).Watches[0];
        await UpAsync(watch);

        await RoundAsync(watch);
        (await Http.NextAsync()).Fail();
        await _time.UntilWaitingAsync(Half);
        Assert.Equal((Verdict.Up, -1), (watch.Observation.Verdict, watch.Observation.Streak));

        _time.Advance(Half);
        (await Http.NextAsync()).Fail();
        await NewsAsync(() => watch.Observation.Verdict == Verdict.Down);
        Assert.Equal("broken", watch.Observation.Detail);
    }

    [Fact]
    public async Task Every_failure_while_falling_is_followed_up()
    {
        Watch watch = Plan(("a", Check(CheckKind.Http, 80, fall: 4))).Watches[0];
        await UpAsync(watch);

        await RoundAsync(watch);
        for (int failures = 1; failures <= 3; failures++)
        {
            (await Http.NextAsync()).Fail();
            await _time.UntilWaitingAsync(Half);
            Assert.Equal(-failures, watch.Observation.Streak);
            _time.Advance(Half);
        }
        (await Http.NextAsync()).Fail();
        await NewsAsync(() => watch.Observation.Verdict == Verdict.Down);
    }

    [Fact]
    public async Task Check_that_hangs_and_ignores_its_cancellation_delays_no_other_and_counts_as_a_timeout()
    {
        ProbePlan plan = Plan(("hangs", Check(CheckKind.Http, 80)), ("lives", Check(CheckKind.Tcp, 80)));
        Watch hangs = plan.Watches[0], lives = plan.Watches[1];
        await _rounds.WelcomeAsync(plan.Watches);
        ScriptedProbe.Asked hanging = await Http.NextAsync();

        for (int round = 1; round <= 3; round++)
        {
            (await Tcp.NextAsync()).Succeed();
            await UntilAsync(() => lives.Observation.Streak == FirstStreak - 1 + round);
            await RoundAsync(lives, hangs);
        }
        Assert.Equal(0, Http.WaitingCount); // its first probe is still under way
        Assert.False(hangs.Probed);

        _time.Advance(Second + TimeSpan.FromMilliseconds(100));
        await NewsAsync(() => hangs.Probed);
        Assert.True(hanging.Cancelled.IsCancellationRequested);
        Assert.Equal((Verdict.Down, "timeout after 1000 ms while connecting"), (hangs.Observation.Verdict, hangs.Observation.Detail));
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    public async Task Probe_that_this_node_had_no_socket_for_does_not_count(SocketError lack)
    {
        Watch watch = Plan(("a", Check(CheckKind.Http, 80, fall: 1))).Watches[0];
        await UpAsync(watch);
        await RoundAsync(watch);
        (await Http.NextAsync()).Answer.SetException(new HttpRequestException("no connection", new SocketException((int)lack)));
        await UntilAsync(() => !watch.IsRunning);
        Assert.Equal((Verdict.Up, FirstStreak), (watch.Observation.Verdict, watch.Observation.Streak));
    }

    [Fact]
    public async Task Deadline_noticed_far_too_late_blames_this_node_and_not_the_endpoint()
    {
        Watch watch = Plan(("a", Check(CheckKind.Http, 80, fall: 1))).Watches[0];
        await UpAsync(watch);
        await RoundAsync(watch);
        await Http.NextAsync();

        _time.Pause(TimeSpan.FromSeconds(4));

        await _time.UntilWaitingAsync(Half); // asked again soon
        Assert.Equal((Verdict.Up, FirstStreak), (watch.Observation.Verdict, watch.Observation.Streak));
        Assert.Equal(TimeSpan.FromSeconds(3), _rounds.Lag.Longest);
        _time.Advance(Half);
        (await Http.NextAsync()).Succeed();
        await UntilAsync(() => watch.Observation.Streak == FirstStreak + 1);
    }

    [Fact]
    public async Task Round_is_spread_over_its_period_by_phase()
    {
        const int Count = 200;
        ProbePlan plan = Plan([.. Enumerable.Range(0, Count).Select(i => ($"m{i}", Check(CheckKind.Http, 80)))]);
        Task round = _rounds.RoundAsync(plan.Cadences[Period], Period, TimeSpan.Zero);
        int begun = 0;
        foreach (Slot slot in plan.Cadences[Period])
        {
            TimeSpan ahead = slot.Offset - TimeSpan.FromTicks(_time.GetTimestamp());
            if (ahead > TimeSpan.Zero)
            {
                await _time.UntilWaitingAsync(ahead);
                _time.Advance(ahead);
            }
            foreach (Watch watch in slot.Watches)
            {
                Assert.InRange(watch.Phase - slot.Offset, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
                (await Http.NextAsync()).Succeed();
                begun++;
            }
            Assert.Equal(0, Http.WaitingCount);
        }
        await round;
        Assert.Equal(Count, begun);
        Assert.InRange(plan.Cadences[Period].Length, 70, 100); // of 100 slots
        Assert.Equal(TimeSpan.Zero, _rounds.Lag.Longest);
    }

    [Fact]
    public async Task Rest_of_a_round_that_is_more_than_half_a_period_late_is_left_out_and_the_lag_is_known()
    {
        ProbePlan plan = Plan([.. Enumerable.Range(0, 50).Select(i => ($"m{i}", Check(CheckKind.Http, 80)))]);
        await _rounds.RoundAsync(plan.Cadences[Period], Period, late: TimeSpan.FromSeconds(10));
        Assert.Equal(0, Http.WaitingCount);
        Assert.InRange(_rounds.Lag.Longest, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.Zero, _rounds.Lag.Longest);
    }

    [Fact]
    public async Task Newcomers_come_quickly_but_not_all_at_once()
    {
        ProbePlan plan = Plan([.. Enumerable.Range(0, 120).Select(i => ($"m{i}", Check(CheckKind.Http, 80)))]);
        Task welcome = _rounds.WelcomeAsync(plan.Watches);
        foreach (int together in (int[])[50, 50, 20])
        {
            for (int i = 0; i < together; i++)
                (await Http.NextAsync()).Succeed();
            Assert.Equal(0, Http.WaitingCount);
            if (together == 50)
                _time.Advance(TimeSpan.FromMilliseconds(10));
        }
        await welcome;
        await UntilAsync(() => plan.IsProbed);
    }

    [Fact]
    public async Task Result_of_a_monitor_that_is_gone_does_not_count()
    {
        ProbePlan plan = Plan(("a", Check(CheckKind.Http, 80)));
        await _rounds.WelcomeAsync(plan.Watches);
        ScriptedProbe.Asked asked = await Http.NextAsync();
        ProbePlan.Make(Topology.Empty, "node-1", plan, []);
        asked.Fail();
        await UntilAsync(() => !plan.Watches[0].IsRunning);
        Assert.False(plan.Watches[0].Probed);
    }

    private static ProbePlan Plan(params (string Key, Check Check)[] monitors) => ProbePlan.Make(Of(monitors), "node-1", ProbePlan.Empty, []);

    private async Task UpAsync(Watch watch)
    {
        await _rounds.WelcomeAsync([watch]);
        (await Http.NextAsync()).Succeed();
        await UntilAsync(() => watch is { Probed: true, IsRunning: false });
    }

    /// <summary>A round that begins all of these at once.</summary>
    private Task RoundAsync(params ImmutableArray<Watch> watches) => _rounds.RoundAsync([new Slot(TimeSpan.Zero, watches)], Period, TimeSpan.Zero);

    private async Task NewsAsync(Func<bool> holds)
    {
        while (!holds())
            Assert.True(await _news.WaitAsync(TimeSpan.FromSeconds(30)), "no news");
    }

    /// <summary>For steps that are no news: looks again whenever other threads had their turn.</summary>
    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(1, patience.Token);
        }
    }
}
