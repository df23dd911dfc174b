using FsCheck;
using FsCheck.Fluent;
using GslbServer.Probing;
using GslbServer.Steering;

namespace GslbServer.Tests.Probing;

public sealed class HealthJudgeTests
{
    private static readonly JudgeState Fresh = default;

    [Theory]
    [InlineData(true, Verdict.Up)]
    [InlineData(false, Verdict.Down)]
    public void First_result_decides_at_once(bool success, Verdict verdict) =>
        Assert.Equal(verdict, HealthJudge.Next(Fresh, success, fall: 5, rise: 5).Verdict);

    [Fact]
    public void First_success_counts_as_settled_so_that_a_starting_node_gives_full_TTLs() =>
        Assert.Equal(new JudgeState(Verdict.Up, 3), HealthJudge.Next(Fresh, true, fall: 2, rise: 3));

    [Fact]
    public void Failures_in_a_row_bring_it_down_and_one_success_starts_the_count_again()
    {
        Assert.Equal(Verdict.Up, After("+ - - + - -", fall: 3, rise: 2).Verdict);
        Assert.Equal(new(Verdict.Down, -3), After("+ - - + - - -", fall: 3, rise: 2));
    }

    [Fact]
    public void Successes_in_a_row_bring_it_up_and_one_failure_starts_the_count_again()
    {
        Assert.Equal(Verdict.Down, After("- + + - + +", fall: 2, rise: 3).Verdict);
        Assert.Equal(new(Verdict.Up, 3), After("- + + - + + +", fall: 2, rise: 3));
    }

    [Fact]
    public void Known_verdict_is_kept_until_its_own_threshold()
    {
        Assert.Equal(Verdict.Down, HealthJudge.Next(new(Verdict.Down, -7), true, fall: 2, rise: 2).Verdict);
        Assert.Equal(Verdict.Up, HealthJudge.Next(new(Verdict.Up, 9), false, fall: 2, rise: 2).Verdict);
    }

    [Fact]
    public void Streak_saturates() => Assert.Equal(
        (int.MaxValue, -int.MaxValue),
        (HealthJudge.Next(new(Verdict.Up, int.MaxValue), true, 2, 3).Streak, HealthJudge.Next(new(Verdict.Down, -int.MaxValue), false, 2, 3).Streak));

    [Fact]
    public void Verdict_follows_from_the_history_alone() =>
        Prop.ForAll<bool[], byte, byte>((results, falls, rises) =>
        {
            int fall = falls % 5 + 1, rise = rises % 5 + 1;
            JudgeState state = Fresh;
            Verdict expected = Verdict.Unknown;
            for (int i = 0; i < results.Length; i++)
            {
                state = HealthJudge.Next(state, results[i], fall, rise);
                expected = i == 0 ? (results[0] ? Verdict.Up : Verdict.Down)
                    : EndsWith(results, i, fall, false) ? Verdict.Down
                    : EndsWith(results, i, rise, true) ? Verdict.Up
                    : expected;
                int run = results.Take(i + 1).Reverse().TakeWhile(r => r == results[i]).Count();
                int head = results[0] && run == i + 1 ? rise - 1 : 0;
                if (state != new JudgeState(expected, results[i] ? head + run : -run))
                    return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("+", false)]          // unknown counted as up
    [InlineData("-", true)]           // down at once
    [InlineData("+ + -", true)]       // trouble begins: TTLs fall now
    [InlineData("+ + - -", true)]     // down
    [InlineData("+ + - - -", false)]
    [InlineData("- +", true)]         // recovery begins
    [InlineData("- + +", false)]
    [InlineData("- + + +", true)]     // up
    [InlineData("+ - + +", false)]
    [InlineData("+ - + + +", true)]   // settled again
    [InlineData("+ + +", false)]      // settled from the first
    [InlineData("+ + + +", false)]
    public void News_is_what_changes_an_answer_or_its_TTL(string history, bool news)
    {
        JudgeState before = history.Length < 2 ? Fresh : After(history[..^2], 2, 3);
        Assert.Equal(news, HealthJudge.IsNews(before, HealthJudge.Next(before, history[^1] == '+', 2, 3), rise: 3));
    }

    [Theory]
    [InlineData("+ -", true)]
    [InlineData("+ - -", true)]
    [InlineData("+ - - -", false)]    // down: the usual cadence is enough
    [InlineData("- +", false)]        // recovering: too
    [InlineData("-", false)]
    [InlineData("+ - +", false)]
    public void Only_a_falling_monitor_is_asked_again_soon(string history, bool soon) => Assert.Equal(soon, HealthJudge.IsFalling(After(history, fall: 3, rise: 3)));

    private static bool EndsWith(bool[] results, int last, int count, bool value) => last + 1 >= count && results[(last + 1 - count)..(last + 1)].All(r => r == value);

    private static JudgeState After(string history, int fall, int rise) =>
        history.Split(' ').Aggregate(Fresh, (state, result) => HealthJudge.Next(state, result == "+", fall, rise));
}
