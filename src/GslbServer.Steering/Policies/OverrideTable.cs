using System.Net;

namespace GslbServer.Steering;

/// <summary>The overrides in force, resolved against a topology: which one counts for an address of a target of a name.</summary>
internal sealed class OverrideTable
{
    private readonly (OverrideTarget Target, ActiveOverride Active)[] _overrides;
    private readonly (OverrideTarget Target, ReleasedOverride Released)[] _released;
    private readonly HashSet<int> _meant;

    /// <summary>One whose target is no longer defined matches nothing.</summary>
    public OverrideTable(Topology topology, HealthTable health, IReadOnlyList<ReleasedOverride> released)
    {
        var resolved = new List<(OverrideTarget, ActiveOverride)>();
        foreach (ActiveOverride active in health.Overrides)
        {
            if (active.Override.State != OverrideState.None && OverrideTarget.Read(active.Override.Target, topology, out _) is { } target)
                resolved.Add((target, active));
        }

        _overrides = [.. resolved];

        var back = new List<(OverrideTarget, ReleasedOverride)>();
        foreach (ReleasedOverride one in released)
        {
            if (OverrideTarget.Read(one.Target, topology, out _) is { } target)
                back.Add((target, one));
        }

        _released = [.. back];
        _meant = [.. resolved.Select(one => one.Item1.Name).Concat(back.Select(one => one.Item1.Name)).Where(name => name >= 0)];
    }

    /// <summary>Whether an override means this steered name and no other.</summary>
    public bool Mean(int name) => _meant.Contains(name);

    /// <summary>The narrowest; among equals <c>down</c> before <c>drain</c> before <c>up</c>, then the larger share.</summary>
    public ActiveOverride? Find(int name, Target target, IPAddress? address)
    {
        ActiveOverride? best = null;
        (int Scope, int State, double Share) bestRank = default;
        foreach ((OverrideTarget selector, ActiveOverride active) in _overrides)
        {
            if (!selector.Matches(name, target, address))
                continue;
            (int, int, double) rank = ((int)selector.Scope, Rank(active.Override.State), active.Share);
            if (best is null || rank.CompareTo(bestRank) > 0)
                (best, bestRank) = (active, rank);
        }

        return best;
    }

    /// <summary>The last undrain of an address of a target of a name; null without one.</summary>
    public ReleasedOverride? LastReleased(int name, Target target, IPAddress? address)
    {
        ReleasedOverride? last = null;
        foreach ((OverrideTarget selector, ReleasedOverride released) in _released)
        {
            if ((last is null || released.At > last.At) && selector.Matches(name, target, address))
                last = released;
        }

        return last;
    }

    private static int Rank(OverrideState state) => state switch
    {
        OverrideState.Down => 2,
        OverrideState.Drain => 1,
        _ => 0,
    };
}
