namespace GslbServer.Steering;

/// <summary>The verdict on one monitor from the votes of the vantages that probe it.</summary>
internal static class Ballot
{
    /// <summary>Straight failures after which a vantage that hears no other may bring a monitor down by itself: at 1 % packet loss and 2 s between probes that is
    /// wrong 0.03 times a day, where 2 failures would be 148 times.</summary>
    public const int LoneFailures = 5;

    /// <summary>A vantage that has contradicted the verdict for this long is a fact, not a change under way: TTLs rise again.</summary>
    public static readonly TimeSpan LastingDissent = TimeSpan.FromMinutes(5);

    public static Tally Count(ReadOnlySpan<Voter> voters, int monitor, Check check)
    {
        int known = 0, present = 0, up = 0, down = 0, failing = 0;
        Observation? last = null;
        Voter? by = null;
        foreach (Voter voter in voters)
        {
            if (!voter.HasSay(monitor))
                continue;
            known++;
            if (!voter.Fresh)
                continue;
            present++;
            if (voter.Sees[monitor] is not { Verdict: not Verdict.Unknown } seen || voter.Abstains(check))
                continue;
            (last, by) = (seen, voter);
            if (seen.Verdict == Verdict.Up)
            {
                up++;
                continue;
            }

            down++;
            failing += seen.Streak < 0 ? 1 : 0;
        }

        return new Tally(known, present, up, down, failing, last, by);
    }

    /// <param name="isQuorate">False where this node hears of half or less of all vantages: then it may be the part that was cut off.</param>
    /// <param name="pool">What lone vantages see of whole pools.</param>
    public static Verdict Decide(in Tally tally, int monitor, Verdict before, bool isQuorate, LonePool pool)
    {
        if (tally.Last is not { } last)
            return before;
        if (tally.Known == 1)
            return last.Verdict;
        int down = before == Verdict.Down ? tally.Down : tally.Failing;
        if (tally.Known == 2)
        {
            return tally.Voting == 1 ? LoneWord(last, before, last.Streak <= -LoneFailures)
                : tally.Up == 2 ? Verdict.Up : down == 2 ? Verdict.Down : before;
        }

        int quorum = (tally.Known / 2) + 1;
        if (tally.Voting < quorum || !isQuorate)
            return tally.IsAlone ? LoneWord(last, before, last.Streak <= -LoneFailures && pool.Fails(tally.By!, monitor)) : before;
        int majority = (tally.Voting / 2) + 1;
        return down >= majority ? Verdict.Down : tally.Up >= majority ? Verdict.Up : before;
    }

    /// <summary>Good news from a lone vantage is taken at its word, as answers must not stay away from what works; bad news has to last.</summary>
    private static Verdict LoneWord(Observation seen, Verdict before, bool lasts) => seen.Verdict == Verdict.Up ? Verdict.Up : lasts ? Verdict.Down : before;

    /// <summary>Blind vantages count here: what one of them sees may still prove to be the beginning of a change.</summary>
    public static bool IsSettled(ReadOnlySpan<Voter> voters, int monitor, Check check, Verdict verdict)
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
