namespace GslbServer.Steering;

/// <summary>The circuit on mass flips: when more than half of everything goes down within seconds, the checkers are as likely to be wrong as the world. Then only what
/// every vantage that votes sees down may go down.</summary>
public static class MassFlip
{
    /// <summary>With fewer monitors than this the loss of one region may be more than half.</summary>
    public const int FromMonitors = 8;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>Takes back, in <paramref name="verdicts"/>, turns to DOWN that are not unanimous while the circuit is open.</summary>
    /// <returns>How many were taken back.</returns>
    internal static int Hold(MonitorHealth[] before, Tally[] tallies, Verdict[] verdicts, TimeSpan now)
    {
        if (verdicts.Length < FromMonitors)
            return 0;
        int flips = 0;
        for (int i = 0; i < verdicts.Length; i++)
        {
            bool turns = before[i].Verdict != Verdict.Down;
            // What was down when this node began to look is no flip.
            flips += verdicts[i] == Verdict.Down && (turns || (before[i].ChangedAt != TimeSpan.MinValue && before[i].ChangedAt >= now - Window)) ? 1 : 0;
        }

        if (flips * 2 <= verdicts.Length)
            return 0;
        int held = 0;
        for (int i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i] != Verdict.Down || before[i].Verdict == Verdict.Down || tallies[i].IsUnanimouslyDown)
                continue;
            verdicts[i] = before[i].Verdict;
            held++;
        }

        return held;
    }
}
