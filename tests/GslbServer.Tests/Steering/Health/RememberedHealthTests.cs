using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>What a node that stops knows when it starts again: verdicts, when they changed, penalties.</summary>
public sealed class RememberedHealthTests : IDisposable
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(3);

    private readonly SteppedTime _time = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("gslb-health-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Ages_go_on_while_the_node_is_stopped_whatever_its_clocks_began_with()
    {
        HealthTable known = Known();
        Save(known);
        _time.Step(60);

        TimeSpan now = TimeSpan.FromSeconds(5);
        HealthTable restored = RememberedHealth.Restore(MergeWorld.Topology, new DiskState(_directory, _time).LoadHealth(), now);

        Assert.Equal((Verdict.Down, now - Later - TimeSpan.FromSeconds(60)), (restored.Monitors[0].Verdict, restored.Monitors[0].ChangedAt));
        Assert.Equal((Verdict.Up, now - TimeSpan.FromHours(30) - TimeSpan.FromSeconds(60)), (restored.Monitors[1].Verdict, restored.Monitors[1].ChangedAt));
        Assert.Equal((Verdict.Unknown, TimeSpan.MinValue), (restored.Monitors[2].Verdict, restored.Monitors[2].ChangedAt));
        FlapDamping before = known.Monitors[0].Damping, after = restored.Monitors[0].Damping;
        Assert.Equal(before.PenaltyAt(known.Now + TimeSpan.FromSeconds(60)), after.PenaltyAt(now), 0);
        Assert.Equal((before.SuppressedUntil - known.Now)?.TotalSeconds - 60 ?? 0, (after.SuppressedUntil - now)?.TotalSeconds ?? 0, 2);
    }

    [Theory]
    [InlineData(25 * 3600, Verdict.Unknown, true)]
    [InlineData(8 * 86400, Verdict.Unknown, false)]
    [InlineData(-3600, Verdict.Down, true)]
    public void Old_verdicts_are_left_out_and_then_all_and_a_clock_set_back_makes_nothing_younger(double seconds, Verdict verdict, bool isKnown)
    {
        Save(Known());
        _time.Step(seconds);
        HealthTable restored = RememberedHealth.Restore(MergeWorld.Topology, new DiskState(_directory, _time).LoadHealth(), TimeSpan.FromMinutes(1));
        Assert.Equal((verdict, isKnown), (restored.Monitors[0].Verdict, restored.Monitors[0].ChangedAt != TimeSpan.MinValue));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"v":1,"savedAt":"2026-11-20T12:00:00+00:00","health":[{"monitor":"us-east/0","verdict":"sideways"}]}""")]
    [InlineData("""{"v":1,"savedAt":"2026-11-20T12:00:00+00:00","health":[{"monitor":"us-east/0","verdict":"down","changedSecondsAgo":1e300}]}""")]
    [InlineData("""{"v":1,"savedAt":"2026-11-20T12:00:00+00:00","health":[null]}""")]
    [InlineData("""{"v":9,"savedAt":"2026-11-20T12:00:00+00:00","health":[]}""")]
    public void Garbage_is_ignored_with_one_problem(string text)
    {
        File.WriteAllText(Path.Combine(_directory, "health.json"), text);
        var disk = new DiskState(_directory, _time);
        Assert.Empty(disk.LoadHealth());
        Assert.Empty(disk.LoadHealth());
        Assert.Single(disk.Problems);
    }

    [Fact]
    public void A_monitor_that_has_always_been_up_takes_no_space()
    {
        HealthTable quiet = MergeWorld.All(Verdict.Up);
        Assert.Empty(RememberedHealth.Of(MergeWorld.Topology, quiet, quiet.Now));
    }

    [Fact]
    public async Task A_feed_gives_back_after_a_restart_what_it_was_told()
    {
        await using (StateFeed feed = StateWorld.Feed("a", [], disk: new DiskState(_directory)))
        {
            await feed.StartAsync(default);
            Assert.Empty(feed.Remembered);
            feed.Remember(MergeWorld.Topology, Known(feed.Now));
        }

        await using StateFeed again = StateWorld.Feed("a", [], disk: new DiskState(_directory));
        await again.StartAsync(default);
        Assert.Equal(["us-east/0", "us-east/1"], again.Remembered.Select(one => one.Monitor));
    }

    [Fact]
    public void Slow_start_and_manual_failback_go_on_after_a_restart()
    {
        HealthTable known = Known();
        Save(known);
        HealthTable restored = RememberedHealth.Restore(MergeWorld.Topology, new DiskState(_directory, _time).LoadHealth(), TimeSpan.FromSeconds(1));
        HealthTable merged = HealthMerge.Merge(MergeWorld.Topology, [], [], restored, MergeWorld.Topology, TimeSpan.FromSeconds(1), MergeWorld.UtcNow);
        Assert.Equal(restored.Monitors[1].ChangedAt, merged.Monitors[1].ChangedAt);
        Assert.Equal(Verdict.Down, merged.Monitors[0].Verdict);
    }

    private void Save(HealthTable known) => new DiskState(_directory, _time).SaveHealth(RememberedHealth.Of(MergeWorld.Topology, known, known.Now));

    /// <summary>The first went down three minutes ago and flaps, the second came up 30 hours ago, the third was never judged.</summary>
    private static HealthTable Known(TimeSpan? at = null)
    {
        TimeSpan now = at ?? TimeSpan.FromHours(100);
        FlapDamping damping = default;
        for (int flap = 3; flap >= 0; flap--)
            damping = damping.Down(now - Later - TimeSpan.FromSeconds(30 * flap));
        MonitorHealth[] monitors = [.. HealthTable.Unknown(MergeWorld.Topology, now).Monitors];
        monitors[0] = monitors[0] with { Verdict = Verdict.Down, ChangedAt = now - Later, Damping = damping };
        monitors[1] = monitors[1] with { Verdict = Verdict.Up, ChangedAt = now - TimeSpan.FromHours(30) };
        return HealthTable.Unknown(MergeWorld.Topology, now) with { Monitors = [.. monitors] };
    }
}
