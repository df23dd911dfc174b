using System.Collections.Immutable;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>The load of regions as this node has it: sums heartbeats, votes on prices, and says what both mean for a topology. Called with each publication, by one thread at a time.</summary>
internal sealed class LoadLoop(StateFeed feed, TimeSpan period)
{
    private readonly PriceVoter _voter = new(period);
    private bool _isRestored;

    public LoadTable Merge(Topology topology, Snapshot? before, TimeSpan now, DateTimeOffset utcNow)
    {
        IReadOnlyList<VantageView> vantages = feed.Vantages;
        if (!_isRestored)
        {
            _isRestored = true;
            _voter.Restore(vantages.Where(view => view.IsSelf).SelectMany(view => view.Report.Prices), now);
        }

        // While no store is read nobody is silent: what balancers said last stands, as verdicts do.
        ImmutableArray<RegionLoad> loads = LoadMerge.Sum(topology, feed.Balancers, feed.HeardUntil);
        _voter.Move(loads, vantages, feed.Mode == StateMode.Fresh, now, utcNow);
        feed.Vote(_voter.Votes);
        return LoadMerge.Merge(topology, loads, _voter.PriceOf, before?.Steering.Health.Load ?? LoadTable.None, before?.Steering.Plan.Topology, now);
    }
}
