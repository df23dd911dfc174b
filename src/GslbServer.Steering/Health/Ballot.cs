namespace GslbServer.Steering;

/// <summary>The verdict on one monitor from the votes of the vantages that probe it.</summary>
internal static class Ballot
{
    /// <summary>Straight failures after which a vantage that hears no other may bring a monitor down by itself: at 1 % packet loss and 2 s between probes that is
    /// wrong 0.03 times a day, where 2 failures would be 148 times.</summary>
    public const int LoneFailures = 5;

    /// <summary>A vantage that has contradicted the verdict for this long is a fact, not a change under way: TTLs rise again.</summary>
    public static readonly TimeSpan LastingDissent = TimeSpan.FromMinutes(5);

    public static MonitorHealth Count(List<Voter> voters, int monitor, Check check, MonitorHealth before, TimeSpan now)
    {
        int known = 0, present = 0, up = 0, down = 0;
        Observation? last = null;
        foreach (Voter voter in voters)
        {
            if (voter.Sees[monitor] is not { } seen)
                continue;
            known++;
            if (!voter.Fresh)
                continue;
            present++;
            if (voter.Blind || seen.Verdict == Verdict.Unknown)
                continue;
            last = seen;
            if (seen.Verdict == Verdict.Up)
                up++;
            else
                down++;
        }

        Verdict verdict = Decide(known, present, up, down, last, before.Verdict);
        bool settled = IsSettled(voters, monitor, check, verdict);
        // Unknown counts as up, so the first good word changes nothing.
        bool changed = (verdict == Verdict.Down) != (before.Verdict == Verdict.Down);
        return new MonitorHealth(verdict, settled, changed ? now : before.ChangedAt, (up, down, present));
    }

    /// <param name="known">Vantages that probe the monitor, fresh or not.</param>
    /// <param name="present">Those of them that are fresh.</param>
    /// <param name="last">The vote, where there is but one.</param>
    private static Verdict Decide(int known, int present, int up, int down, Observation? last, Verdict before)
    {
        int voting = up + down;
        if (last is null)
            return before;
        if (known == 1)
            return last.Verdict;
        if (known == 2)
            return voting == 1 ? LoneWord(last, before) : up == 2 ? Verdict.Up : down == 2 ? Verdict.Down : before;

        int quorum = (known / 2) + 1;
        if (voting < quorum)
            return present == 1 ? LoneWord(last, before) : before;
        int majority = (voting / 2) + 1;
        return down >= majority ? Verdict.Down : up >= majority ? Verdict.Up : before;
    }

    /// <summary>Good news from a lone vantage is taken at its word, as answers must not stay away from what works; bad news has to last.</summary>
    private static Verdict LoneWord(Observation seen, Verdict before) =>
        seen.Verdict == Verdict.Up ? Verdict.Up : seen.Streak <= -LoneFailures ? Verdict.Down : before;

    /// <summary>Blind vantages count here: what one of them sees may still prove to be the beginning of a change.</summary>
    private static bool IsSettled(List<Voter> voters, int monitor, Check check, Verdict verdict)
    {
        foreach (Voter voter in voters)
        {
            if (!voter.Fresh || voter.Sees[monitor] is not { Verdict: not Verdict.Unknown } seen)
                continue;
            bool seesDown = seen.Verdict == Verdict.Down;
            if (seesDown ? seen.Streak >= 0 : seen.Streak < check.Rise)
                return false;
            bool dissents = seesDown != (verdict == Verdict.Down);
            if (dissents && check.Every * Math.Abs((double)seen.Streak) < LastingDissent)
                return false;
        }

        return true;
    }
}
