using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>What a node believes of the others: only what advances, by its own clock.</summary>
public sealed class VantageFreshnessTests
{
    private readonly SteppedTime _time = new();
    private readonly MemoryStore _store;
    private readonly SteppedNode _a;

    public VantageFreshnessTests()
    {
        _store = new MemoryStore(_time);
        _a = new SteppedNode("a", _time, _store);
    }

    [Fact]
    public async Task Node_is_fresh_once_its_report_was_seen_to_advance()
    {
        await ReadAsync(StateWorld.Report("b", 1, 1));
        Assert.NotNull(_a.Of("b"));
        Assert.False(_a.IsFresh("b"));

        await ReadAsync(StateWorld.Report("b", 1, 2));
        Assert.True(_a.IsFresh("b"));
    }

    [Fact]
    public async Task How_far_the_clock_of_a_node_is_off_is_known_when_it_tells_it_anew()
    {
        DateTimeOffset clock = _time.GetUtcNow();
        await ReadAsync(StateWorld.Report("b", 1, 1) with { Clock = clock });
        Assert.Null(_a.Of("b")!.ClockSkew);
        await ReadAsync(StateWorld.Report("b", 1, 2) with { Clock = clock.AddSeconds(60) });
        Assert.Equal(TimeSpan.FromSeconds(60), _a.Of("b")!.ClockSkew);
        _time.Step(5);
        await ReadAsync(StateWorld.Report("b", 1, 3) with { Clock = clock.AddSeconds(60) });
        Assert.Equal(TimeSpan.FromSeconds(60), _a.Of("b")!.ClockSkew);
        Assert.Equal("the clock of b is 60 s ahead of this node's: overrides move and end there so much earlier; set clocks by NTP", Assert.Single(ClockWarnings.Of([_a.Of("b")!], _a.Of("b")!.LastAdvanced)));
        await ReadAsync(StateWorld.Report("b", 1, 4) with { Clock = _time.GetUtcNow().AddSeconds(-1) });
        Assert.Empty(ClockWarnings.Of([_a.Of("b")!], _a.Of("b")!.LastAdvanced));
    }

    [Fact]
    public async Task Node_that_writes_no_more_becomes_stale_and_after_a_day_is_forgotten()
    {
        await ReadAsync(StateWorld.Report("b", 1, 1));
        await ReadAsync(StateWorld.Report("b", 1, 2));
        _time.Step(6);
        Assert.True(_a.IsFresh("b"));
        _time.Step(1);
        await _a.RoundAsync();
        Assert.False(_a.IsFresh("b"));

        _time.Step(TimeSpan.FromHours(23.9).TotalSeconds);
        Assert.False(_a.Shared.Age(out _));
        _time.Step(TimeSpan.FromHours(0.2).TotalSeconds);
        Assert.True(_a.Shared.Age(out _));
        Assert.Null(_a.Of("b"));
    }

    [Fact]
    public async Task Node_that_was_never_heard_to_advance_is_a_rumour_and_soon_dismissed()
    {
        await ReadAsync(StateWorld.Report("b", 1, 1));
        _time.Step(15);
        await _a.RoundAsync();
        Assert.NotNull(_a.Of("b"));
        _time.Step(1);
        await _a.RoundAsync();
        Assert.Null(_a.Of("b"));

        await ReadAsync(StateWorld.Report("b", 1, 2));
        Assert.True(_a.IsFresh("b"));
    }

    [Theory]
    [InlineData(5, 9)]
    [InlineData(5, 10)]
    [InlineData(4, 99)]
    public async Task Older_report_never_returns(long boot, long sequence)
    {
        await ReadAsync(StateWorld.Report("b", 5, 9));
        await ReadAsync(StateWorld.Report("b", 5, 10, StateWorld.Down()));
        _time.Step(10);

        Assert.False(_a.Shared.Absorb(new StoreContents([StateWorld.Report("b", boot, sequence, StateWorld.Up())], [], 0)).Matters);

        Assert.False(_a.IsFresh("b"));
        Assert.Equal([StateWorld.Down()], _a.Of("b")!.Report.Observations);
    }

    [Fact]
    public async Task Restarted_node_begins_a_new_count()
    {
        await ReadAsync(StateWorld.Report("b", 5, 900));
        await ReadAsync(StateWorld.Report("b", 6, 1));
        Assert.True(_a.IsFresh("b"));
    }

    [Fact]
    public async Task Node_that_left_counts_no_more_and_is_shown_for_a_minute()
    {
        await ReadAsync(StateWorld.Report("b", 1, 1));
        Assert.True(_a.Shared.Absorb(new StoreContents([StateWorld.Report("b", 1, 2) with { Leaving = true }], [], 0)).Matters);
        Assert.True(_a.Of("b")!.Report.Leaving);

        _time.Step(61);
        Assert.Null(_a.Of("b"));
        await ReadAsync(StateWorld.Report("b", 1, 1));
        Assert.Null(_a.Of("b"));
    }

    [Theory]
    [InlineData(-2, -3, true)]
    [InlineData(2, 3, true)]
    [InlineData(100, 101, false)]
    [InlineData(9, -1, true)]
    public void Streak_that_can_decide_something_matters(int before, int after, bool matters)
    {
        _a.Shared.Absorb(new StoreContents([StateWorld.Report("b", 1, 1)], [], 0));
        _a.Shared.Absorb(new StoreContents([StateWorld.Report("b", 1, 2, StateWorld.Up(streak: before))], [], 0));
        Assert.Equal(matters, _a.Shared.Absorb(new StoreContents([StateWorld.Report("b", 1, 3, StateWorld.Up(streak: after))], [], 0)).Matters);
    }

    [Fact]
    public void Stale_node_that_speaks_again_matters()
    {
        _a.Shared.Absorb(new StoreContents([StateWorld.Report("b", 1, 1)], [], 0));
        _a.Shared.Absorb(new StoreContents([StateWorld.Report("b", 1, 2)], [], 0));
        _time.Step(7);
        Assert.True(_a.Shared.Absorb(new StoreContents([StateWorld.Report("b", 1, 3)], [], 0)).Matters);
    }

    [Fact]
    public async Task Wall_clocks_do_not_matter()
    {
        var ahead = new SteppedTime { Skew = TimeSpan.FromMinutes(5) };
        var b = new SteppedNode("b", ahead, _store);
        b.Shared.Observe([StateWorld.Up()], out _);
        for (int second = 0; second < 3; second++)
        {
            await b.RoundAsync();
            await _a.RoundAsync();
            _time.Step(1);
            ahead.Step(1);
        }

        Assert.True(_a.IsFresh("b"));
        Assert.True(b.IsFresh("a"));
    }

    [Fact]
    public async Task Node_continues_above_its_own_earlier_life()
    {
        // The clock was set back before the restart: the boot number is below the one in the store.
        long boot = _time.GetUtcNow().ToUnixTimeSeconds() + (365 * 86400);
        await _store.WriteReportAsync(StateWorld.Report("a", boot, 77), false, default);
        var b = new SteppedNode("b", _time, _store);
        await b.RoundAsync();
        await _a.RoundAsync();
        await b.RoundAsync();
        Assert.True(b.IsFresh("a"));
        Assert.Equal(boot + 1, b.Of("a")!.Report.Boot);
    }

    [Fact]
    public async Task Node_is_heard_again_after_a_forged_number_that_it_cannot_rise_above()
    {
        await _store.WriteReportAsync(StateWorld.Report("a", StoredReport.MaxNumber, StoredReport.MaxNumber, StateWorld.Down()), false, default);
        var b = new SteppedNode("b", _time, _store);
        for (int i = 0; i < 15; i++)
        {
            await b.RoundAsync();
            Assert.False(b.Of("a")?.Report.Boot == StoredReport.MaxNumber && b.IsFresh("a"));
            await _a.RoundAsync();
            _time.Step(1);
        }

        Assert.True(b.IsFresh("a"));
        Assert.NotEqual(StoredReport.MaxNumber, b.Of("a")!.Report.Boot);
    }

    [Fact]
    public async Task Report_is_written_each_second_and_at_once_with_news()
    {
        await _a.RoundAsync();
        await _a.RoundAsync();
        Assert.Equal(1, (await _store.ReadAsync(default)).Reports[0].Sequence);

        _time.Step(1);
        await _a.RoundAsync();
        Assert.Equal(2, (await _store.ReadAsync(default)).Reports[0].Sequence);

        _a.Shared.Observe([StateWorld.Up(streak: 5)], out bool isNews);
        Assert.True(isNews);
        await _a.RoundAsync();
        _a.Shared.Observe([StateWorld.Up(streak: 6)], out isNews);
        Assert.False(isNews);
        _a.Shared.Observe([StateWorld.Up(streak: -1)], out isNews);
        Assert.True(isNews);
        await _a.RoundAsync();
        Assert.Equal((4, -1), ((await _store.ReadAsync(default)).Reports[0].Sequence, (await _store.ReadAsync(default)).Reports[0].Observations[0].Streak));
    }

    [Fact]
    public async Task News_that_a_store_refused_are_told_when_it_returns()
    {
        var store = new FaultyStore(_time);
        var b = new SteppedNode("b", _time, store);
        await b.RoundAsync();
        b.Shared.Observe([StateWorld.Down()], out _);
        store.IsAway = true;
        await b.RoundAsync();
        store.IsAway = false;
        await b.RoundAsync();
        Assert.Equal([StateWorld.Down()], (await store.ReadAsync(default)).Reports[0].Observations);
    }

    [Fact]
    public void Prober_that_falls_silent_abstains_until_it_speaks()
    {
        _a.Shared.Observe([StateWorld.Down()], out _);
        _time.Step(6);
        Assert.False(_a.Shared.Age(out _));
        _time.Step(1);
        Assert.True(_a.Shared.Age(out _));
        Assert.Equal((Verdict.Unknown, 0), (Own().Verdict, Own().Streak));
        Assert.False(_a.Shared.Age(out _));

        Assert.True(_a.Shared.Observe([StateWorld.Down()], out bool isNews));
        Assert.True(isNews);
        Assert.Equal(StateWorld.Down(), Own());

        Observation Own() => _a.Shared.Vantages[0].Report.Observations[0];
    }

    private async Task ReadAsync(VantageReport report)
    {
        await _store.WriteReportAsync(report, false, default);
        await _a.RoundAsync();
    }
}
