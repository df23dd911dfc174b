namespace GslbServer.Steering;

/// <summary>What a vantage that hears no other sees of whole pools (the monitors of one check in one region). It may be that vantage's own network that fails, so a single
/// endpoint is not taken down on its word alone: all of the pool must have failed <see cref="Ballot.LoneFailures"/> times in a row.</summary>
internal sealed class LonePool(Topology topology)
{
    // Which vantage is alone may differ from monitor to monitor.
    private readonly Dictionary<Voter, Dictionary<(int Region, int Check), bool>> _fails = [];

    public bool Fails(Voter alone, int monitor)
    {
        if (!_fails.TryGetValue(alone, out Dictionary<(int Region, int Check), bool>? pools))
            _fails[alone] = pools = Judge(alone);
        Monitor found = topology.Monitors[monitor];
        return pools.GetValueOrDefault((found.Region, found.Check));
    }

    private Dictionary<(int Region, int Check), bool> Judge(Voter alone)
    {
        var fails = new Dictionary<(int Region, int Check), bool>();
        for (int i = 0; i < alone.Sees.Length; i++)
        {
            if (alone.Sees[i] is not { Verdict: not Verdict.Unknown } seen)
                continue;
            (int, int) pool = (topology.Monitors[i].Region, topology.Monitors[i].Check);
            fails[pool] = fails.GetValueOrDefault(pool, true) && seen.Verdict == Verdict.Down && seen.Streak <= -Ballot.LoneFailures;
        }

        return fails;
    }
}
