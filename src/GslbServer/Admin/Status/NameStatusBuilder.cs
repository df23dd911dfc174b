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
        List<(ActiveOverride Active, OverrideTarget Means)> overrides = Overrides(steering);
        for (int i = 0; i < names.Length; i++)
        {
            SteeredName name = topology.Names[i];
            TargetStatus[] targets = Targets(steering, i, overrides);
            names[i] = new NameStatus(name.Owner, name.Zone, name.Policy.ToString().ToLowerInvariant(), name.Ttl, TtlNow(steering, i),
                name.WorstCaseFailover.TotalSeconds, targets.Count(t => t.State == "up"), targets.Count(t => t.State != "up"), targets);
        }

        return names;
    }

    /// <summary>The narrowest last: it counts.</summary>
    private static List<(ActiveOverride Active, OverrideTarget Means)> Overrides(SteeringTable steering)
    {
        var overrides = new List<(ActiveOverride Active, OverrideTarget Means)>();
        foreach (ActiveOverride active in steering.Health.Overrides)
        {
            if (OverrideTarget.Read(active.Override.Target, steering.Plan.Topology, out _) is { } means)
            {
                overrides.Add((active, means));
            }
        }

        overrides.Sort((a, b) => a.Means.Scope.CompareTo(b.Means.Scope));
        return overrides;
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

    private static TargetStatus[] Targets(SteeringTable steering, int name, List<(ActiveOverride Active, OverrideTarget Means)> overrides)
    {
        Topology topology = steering.Plan.Topology;
        SteeredName steered = topology.Names[name];
        var targets = new TargetStatus[steered.Targets.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            Target target = steered.Targets[i];
            // Of an address or a CNAME; null: no operator has decided.
            string? Ordered(System.Net.IPAddress? address) => overrides.LastOrDefault(o => o.Means.Matches(name, target, address)).Active switch
            {
                { Override.State: OverrideState.Down } => "down",
                { Override.State: OverrideState.Drain, Share: >= 1 } => "drained",
                { Override.State: OverrideState.Up } => "up",
                _ => null,
            };
            string? StateOf() => target.IsName ? Targets(steering, target.Index, overrides).Any(t => t.State == "up") ? null : "down"
                : OfAddresses(steering, steered, topology.Regions[target.Index], i, Ordered);
            bool isInPart = !target.IsName && overrides.Any(o => o.Means.Address is { } one && o.Means.Matches(name, target, one));
            string state = ((isInPart ? null : Ordered(null)) ?? StateOf()) switch
            {
                { } known => known,
                _ => target.IsName ? "up" : steering.Health.Load.Of(target.Index).News switch { RegionNews.Draining => "drained", RegionNews.NotServing => "down", _ => "up" },
            };
            targets[i] = new TargetStatus(target.IsName ? topology.Names[target.Index].Owner : topology.Regions[target.Index].Label, state, target.Weight);
        }

        return targets;
    }

    /// <summary>Null while at least <c>min-up</c> addresses of one family serve; a region that is a CNAME has one.</summary>
    /// <param name="ordered">What an operator has decided about an address.</param>
    private static string? OfAddresses(SteeringTable steering, SteeredName name, Region region, int ordinal, Func<System.Net.IPAddress?, string?> ordered)
    {
        int minUp = name.Checks.IsEmpty ? 1 : name.Checks.Max(c => steering.Plan.Topology.Checks[c].MinUp);
        ImmutableArray<ImmutableArray<int>> monitors = name.Monitors[ordinal];
        bool IsPassing(ImmutableArray<int> all) => all.All(m => steering.Health.Monitors[m].Verdict != Verdict.Down);
        if (region.CnameTarget is not null || region.Addresses.Length != monitors.Length)
        {
            return monitors.All(IsPassing) ? null : "down";
        }

        string[] states = [.. region.Addresses.Select((address, i) => ordered(address) ?? (IsPassing(monitors[i]) ? "up" : "down"))];
        int Up(AddressFamily family) => region.Addresses.Where((address, i) => address.AddressFamily == family && states[i] == "up").Count();
        return Up(AddressFamily.InterNetwork) >= minUp || Up(AddressFamily.InterNetworkV6) >= minUp ? null : states.Contains("drained") ? "drained" : "down";
    }
}
