namespace GslbServer.Steering;

/// <summary>Finds vantages whose own network is what fails: half or more of their monitors down, in two or more regions, while most of the others see most of
/// those up. They abstain.</summary>
internal static class BlindVantages
{
    public static void Mark(Topology topology, List<Voter> voters)
    {
        // All are judged by the same votes before any abstains, so that the order of vantages does not matter.
        var blind = voters.Where(voter => voter.Fresh && IsBlind(topology, voters, voter)).ToList();
        foreach (Voter voter in blind)
            voter.Blind = true;
    }

    private static bool IsBlind(Topology topology, List<Voter> voters, Voter suspect)
    {
        int judged = 0, failing = 0, contradicted = 0, firstRegion = -1;
        bool severalRegions = false;
        for (int monitor = 0; monitor < suspect.Sees.Length; monitor++)
        {
            if (suspect.Sees[monitor] is not { Verdict: not Verdict.Unknown } seen)
                continue;
            judged++;
            if (seen.Verdict != Verdict.Down)
                continue;
            failing++;
            int region = topology.Monitors[monitor].Region;
            severalRegions |= firstRegion >= 0 && region != firstRegion;
            firstRegion = firstRegion < 0 ? region : firstRegion;
            if (OthersSeeItUp(voters, suspect, monitor, topology.Checks[topology.Monitors[monitor].Check]))
                contradicted++;
        }

        return severalRegions && failing * 2 >= judged && contradicted * 2 > failing;
    }

    private static bool OthersSeeItUp(List<Voter> voters, Voter suspect, int monitor, Check check)
    {
        int up = 0, down = 0;
        foreach (Voter other in voters)
        {
            // None is marked blind yet: all are judged by the same votes.
            if (ReferenceEquals(other, suspect) || !other.Fresh || other.Abstains(check))
                continue;
            switch (other.Sees[monitor]?.Verdict)
            {
                case Verdict.Up: up++; break;
                case Verdict.Down: down++; break;
            }
        }

        return up > down;
    }
}
