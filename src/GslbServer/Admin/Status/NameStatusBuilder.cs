using System.Collections.Immutable;
using System.Net.Sockets;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Each steered name with its TTL of the moment and which of its targets serve.</summary>
internal static class NameStatusBuilder
{
    public static NameStatus[] Build(SteeringTable steering)
    {
        Topology topology = steering.Plan.Topology;
        var names = new NameStatus[topology.Names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            SteeredName name = topology.Names[i];
            TargetStatus[] targets = [.. name.Targets.Select((target, ordinal) => Target(steering, name, target, ordinal))];
            names[i] = new NameStatus(name.Owner, name.Zone, name.Policy.ToString().ToLowerInvariant(), name.Ttl, TtlNow(steering, i),
                name.WorstCaseFailover.TotalSeconds, targets.Count(t => t.State == "up"), targets.Count(t => t.State != "up"), targets);
        }

        return names;
    }

    /// <summary>What a client whose place nobody knows would get.</summary>
    private static uint TtlNow(SteeringTable steering, int name)
    {
        var anybody = Client.From(System.Net.IPAddress.Any);
        Steerer.Decide(steering, name, wantsIPv6: false, default, anybody, 0, out Decision decision);
        if (decision.Kind == DecisionKind.NoData)
        {
            Steerer.Decide(steering, name, wantsIPv6: true, default, anybody, 0, out decision);
        }

        return decision.Kind is DecisionKind.NoData or DecisionKind.ServFail ? steering.Plan.Topology.Names[name].Ttl : decision.Ttl;
    }

    private static TargetStatus Target(SteeringTable steering, SteeredName name, Target target, int ordinal)
    {
        Topology topology = steering.Plan.Topology;
        if (target.IsName)
        {
            SteeredName nested = topology.Names[target.Index];
            bool serves = nested.Targets.Select((t, o) => Target(steering, nested, t, o)).Any(t => t.State == "up");
            return new TargetStatus(nested.Owner, serves ? "up" : "down", target.Weight);
        }

        Region region = topology.Regions[target.Index];
        ImmutableArray<ActiveOverride> about = [.. steering.Health.Overrides.Where(o => OverrideSafety.IsAbout(o.Override, region) && OverrideSafety.IsAboutName(o.Override, name))];
        string state = about.Any(o => o.Override.State == OverrideState.Down) ? "down"
            : about.Any(o => o.Override.State == OverrideState.Drain && o.Share >= 1) ? "drained"
            : about.Any(o => o.Override.State == OverrideState.Up) || IsUp(steering, name, region, ordinal) ? "up" : "down";
        return new TargetStatus(region.Label, state, target.Weight);
    }

    /// <summary>At least <c>min-up</c> addresses of one family whose checks all pass; a region that is a CNAME has one.</summary>
    private static bool IsUp(SteeringTable steering, SteeredName name, Region region, int ordinal)
    {
        int minUp = name.Checks.IsEmpty ? 1 : name.Checks.Max(c => steering.Plan.Topology.Checks[c].MinUp);
        bool AddressIsUp(ImmutableArray<int> monitors) => monitors.All(m => steering.Health.Monitors[m].Verdict != Verdict.Down);

        ImmutableArray<ImmutableArray<int>> monitors = name.Monitors[ordinal];
        if (region.CnameTarget is not null || region.Addresses.Length != monitors.Length)
        {
            return monitors.All(AddressIsUp);
        }

        int Up(AddressFamily family) => region.Addresses.Where((a, i) => a.AddressFamily == family && AddressIsUp(monitors[i])).Count();
        return Up(AddressFamily.InterNetwork) >= minUp || Up(AddressFamily.InterNetworkV6) >= minUp;
    }
}
