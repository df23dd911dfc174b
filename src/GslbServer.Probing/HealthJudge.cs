using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>Rise and fall of one monitor as one vantage counts them. Pure.</summary>
/// <param name="Streak">Equal results in a row: +n successes, -n failures, 0 before the first.</param>
public readonly record struct JudgeState(Verdict Verdict, int Streak);

public static class HealthJudge
{
    /// <summary>The first result decides at once; then <paramref name="fall"/> failures in a row bring it down and <paramref name="rise"/> successes in a row up.
    /// A first success counts as <paramref name="rise"/> of them: nothing was seen to fail, so a node that starts gives full TTLs.</summary>
    public static JudgeState Next(JudgeState state, bool success, int fall, int rise)
    {
        if (state.Verdict == Verdict.Unknown)
        {
            return success ? new(Verdict.Up, rise) : new(Verdict.Down, -1);
        }

        int streak = success ? Longer(Math.Max(state.Streak, 0)) : -Longer(Math.Max(-state.Streak, 0));
        Verdict verdict = state.Verdict switch
        {
            Verdict.Up when streak <= -fall => Verdict.Down,
            Verdict.Down when streak >= rise => Verdict.Up,
            Verdict unchanged => unchanged,
        };
        return new(verdict, streak);
    }

    /// <summary>A vantage on a lossy path takes longer to believe in a failure: as many failures as make a false alarm as rare as a loss of 1 % would with the CHECK's own, at most two
    /// more. At 1 % loss of packets a probe of three round trips fails 6 times in 100, and two in a row 148 times a day.</summary>
    /// <param name="rate">Share of probes that fail for no reason of the endpoint's, 0..1.</param>
    public static int FallAt(double rate, int fall)
    {
        if (rate <= TolerableRate)
            return fall;
        int raised = fall + 1;
        while (raised < fall + 2 && Math.Pow(rate, raised) > Math.Pow(TolerableRate / 2, fall))
            raised++;
        return raised;
    }

    private const double TolerableRate = 0.02;

    /// <summary>It stays the same, but the very next results could turn it: a failure while up. What is asked again soon.</summary>
    public static bool IsFalling(JudgeState state) => state is { Verdict: Verdict.Up, Streak: < 0 };

    /// <summary>Whether other nodes and TTLs should hear of this step at once: a verdict turned, trouble began, recovery began, or all is calm again.
    /// A first success is none of these: unknown counted as up.</summary>
    public static bool IsNews(JudgeState before, JudgeState after, int rise) =>
        before.Verdict != after.Verdict && (before.Verdict != Verdict.Unknown || after.Verdict == Verdict.Down)
        || after.Streak == -1
        || after is { Verdict: Verdict.Down, Streak: 1 }
        || before.Verdict != Verdict.Unknown && after.Verdict == Verdict.Up && after.Streak == rise;

    /// <summary>Saturates instead of wrapping round.</summary>
    private static int Longer(int streak) => streak == int.MaxValue ? streak : streak + 1;
}
