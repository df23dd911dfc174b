using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>Rise and fall of one monitor as one vantage counts them. Pure.</summary>
/// <param name="Streak">Equal results in a row: +n successes, -n failures, 0 before the first.</param>
public readonly record struct JudgeState(Verdict Verdict, int Streak);

public static class HealthJudge
{
    /// <summary>The first result decides at once; then <paramref name="fall"/> failures in a row bring it down and <paramref name="rise"/> successes in a row up.</summary>
    public static JudgeState Next(JudgeState state, bool success, int fall, int rise) => throw new NotImplementedException();
}
