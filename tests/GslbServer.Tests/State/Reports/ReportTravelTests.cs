using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>What a report costs each second.</summary>
public sealed class ReportTravelTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 10)]
    [InlineData(11, 10)]
    [InlineData(12, 12)]
    [InlineData(17, 16)]
    [InlineData(150, 128)]
    [InlineData(-9, -9)]
    [InlineData(-100, -96)]
    [InlineData(int.MinValue, -1610612736)]
    public void Streaks_are_told_exactly_while_they_decide_and_then_in_steps(int streak, int told) => Assert.Equal(told, SharedView.Rounded(streak));

    [Fact]
    public void A_second_in_which_nothing_changed_costs_a_header()
    {
        var writer = new ReportWriter();
        Assert.True(writer.Next(Report(1, 400)).IsFresh);
        for (int second = 2; second < 20; second++)
        {
            // Streaks grow and round trips flutter.
            ReportWrite write = writer.Next(Report(second, 400 + second));
            Assert.Null(write.Record);
            Assert.Null(write.Delta);
            Assert.Equal(second, write.Sequence);
        }
    }

    /// <summary>Prices, lag and what is seen of a drill may move each second: the other nodes hear of it, and the whole is written no sooner for it.</summary>
    [Fact]
    public void What_moves_each_second_costs_a_change_and_not_the_whole()
    {
        var writer = new ReportWriter();
        writer.Next(Report(1, 400));
        int wholes = 0;
        for (int second = 2; second < 50; second++)
        {
            ReportWrite write = writer.Next(Report(second, 400) with
            {
                Prices = [new PriceVote("eu-west", second)],
                Lag = TimeSpan.FromMilliseconds(100 * second),
                Drills = [new DrillNotes("d", "a", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(second), [])],
            });
            Assert.InRange(write.Delta!.Length, 1, 600);
            wholes += write.Record is null ? 0 : 1;
        }

        Assert.Equal(3, wholes);
        Assert.NotNull(writer.Next(Report(50, 400) with { AppliedRevision = "1" }).Record);
    }

    [Fact]
    public async Task A_drill_long_over_costs_a_report_nothing_but_its_clock_now_and_then()
    {
        var time = new SteppedTime();
        var node = new SteppedNode("a", time, new MemoryStore(time));
        IReadOnlyList<DrillNotes> told = [];
        int changes = 0;
        for (int second = 0; second < 90; second++)
        {
            DateTimeOffset clock = time.GetUtcNow();
            node.Shared.Note([new DrillNotes("d", "a", DateTimeOffset.UnixEpoch, clock, [new DrillMark(DrillMarks.Heard, 0, 0, 1)])]);
            await node.RoundAsync();
            IReadOnlyList<DrillNotes> next = node.Shared.Vantages[0].Report.Drills;
            if (!ReferenceEquals(next, told))
                Assert.Equal(clock, next.Single().Clock);
            changes += ReferenceEquals(next, told) ? 0 : 1;
            told = next;
            time.Step(1);
        }

        Assert.Equal(3, changes);
    }

    [Fact]
    public void A_failed_probe_costs_one_change_and_a_verdict_the_whole()
    {
        var writer = new ReportWriter();
        writer.Next(Report(1, 400));
        VantageReport failed = Report(2, 500);
        failed = failed with { Observations = [.. failed.Observations.Select((o, i) => i == 3 ? o with { Streak = -1, Detail = "timed out" } : o)] };
        ReportWrite write = writer.Next(failed);
        Assert.Null(write.Record);
        Assert.InRange(write.Delta!.Length, 1, 600);

        write = writer.Next(failed with { Sequence = 3, Observations = [.. failed.Observations.Select((o, i) => i == 3 ? o with { Verdict = Verdict.Down, Streak = -2 } : o)] });
        Assert.NotNull(write.Record);
        Assert.NotNull(write.Delta);
    }

    /// <summary>10,000 endpoints that three vantages each watch, 20 nodes, one Redis or many: what a node writes, and what it reads of all.</summary>
    [Fact]
    public void Ten_thousand_endpoints_on_twenty_nodes_stay_under_a_megabyte_a_second()
    {
        const int Nodes = 20, Monitors = 10_000 * 3 / Nodes, Seconds = 120;
        var random = new Random(1);
        int[] streaks = [.. Enumerable.Repeat(400, Monitors)];
        var traffic = new ReportTraffic();
        long written = 0, read = 0;
        for (int second = 1; second <= Seconds; second++)
        {
            for (int i = second % 2; i < Monitors; i += 2)
                streaks[i] = random.Next(1000) == 0 ? -1 : Math.Max(streaks[i], 0) + 1;
            Observation[] sees = [.. streaks.Select((streak, i) => new Observation($"https:192.0.{i / 250}.{i % 250}:443/healthz", Verdict.Up, streak, 30 + random.NextDouble(),
                streak < 0 ? "no answer within 1 s" : "HTTP 200"))];
            (int wrote, int byEach) = traffic.Next(StateWorld.Report("node-1", 1, second, sees));
            written += second == 1 ? 0 : wrote;
            read += second == 1 ? 0 : byEach * Nodes;
        }

        Assert.InRange((written + read) / Seconds, 1, 1_000_000);
    }

    private static VantageReport Report(long sequence, int streak) => StateWorld.Report("a", 1, sequence,
        [.. Enumerable.Range(0, 100).Select(i => StateWorld.Up($"tcp:192.0.2.{i}:443", streak) with { RttMilliseconds = 12 + (sequence % 3 * 0.1) })]);
}
