using GslbServer.Probing;
using GslbServer.Steering;

namespace GslbServer.Tests.Probing;

/// <summary>A vantage on a lossy path knows that it is, and believes later in failures.</summary>
public sealed class FailureBaselineTests
{
    [Fact]
    public void Failures_that_pass_are_the_path_s_own()
    {
        var baseline = new FailureBaseline();
        Feed(baseline, 4000, i => i % 20 != 0);
        Assert.InRange(baseline.Rate, 0.045, 0.055);
        Feed(baseline, 20_000, _ => true);
        Assert.InRange(baseline.Rate, 0, 0.001);
    }

    [Fact]
    public void An_endpoint_that_goes_down_says_nothing_of_the_path()
    {
        var baseline = new FailureBaseline();
        Feed(baseline, 4000, i => i % 1000 < 500);
        Assert.InRange(baseline.Rate, 0, 0.002);
    }

    [Fact]
    public void A_few_probes_say_nothing()
    {
        var baseline = new FailureBaseline();
        Feed(baseline, 100, i => i % 5 != 0);
        Assert.Equal(0, baseline.Rate);
    }

    [Theory]
    [InlineData(0, 2, 2)]
    [InlineData(0.02, 2, 2)]
    [InlineData(0.021, 2, 3)]
    [InlineData(0.06, 2, 4)]
    [InlineData(0.9, 2, 4)]
    [InlineData(0.03, 5, 7)]
    public void Fall_rises_with_loss_by_two_at_most(double rate, int fall, int expected) => Assert.Equal(expected, HealthJudge.FallAt(rate, fall));

    private static void Feed(FailureBaseline baseline, int probes, Func<int, bool> succeeds)
    {
        JudgeState state = default;
        for (int i = 0; i < probes; i++)
        {
            JudgeState before = state;
            state = HealthJudge.Next(before, succeeds(i), 2, 3);
            baseline.Count(before, succeeds(i));
        }

        Assert.NotEqual(Verdict.Unknown, state.Verdict);
    }
}
