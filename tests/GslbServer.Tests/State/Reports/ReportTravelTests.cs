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
