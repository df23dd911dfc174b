using System.Collections.Immutable;
using GslbServer.Probing;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Has this node probe its own share of the monitors, where they are divided among the vantages, and hand over what is another's once the others have judged it.</summary>
internal sealed class ProbeDivision(ProbeSchedule probes, StateFeed feed, string node)
{
    /// <summary>While monitors are handed over, this often is soon enough to look whether others have judged them.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private ProbeDuties? _duties;
    private TimeSpan _lookedAt;
    private bool _isHandedOver;

    /// <summary>After each merge; one at a time.</summary>
    public void Apply(HealthTable health)
    {
        if (health.Duties is not { } duties || (ReferenceEquals(duties, _duties) && (_isHandedOver || health.Now - _lookedAt < Pace)))
            return;
        (_duties, _lookedAt) = (duties, health.Now);
        ImmutableHashSet<string>? present = probes.Assigned;
        ImmutableHashSet<string>? wanted = duties.Wanted(node, present, feed.Vantages, health.Now);
        _isHandedOver = wanted is null || wanted.Count == duties.CountOf(node);
        if (!ReferenceEquals(wanted, present))
            probes.Assign(wanted);
    }
}
