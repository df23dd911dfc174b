using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>What a drill of a region touches in a topology.</summary>
/// <param name="Monitors">Indices of what counts as failed.</param>
/// <param name="Names">Steered names that have the region among their own targets: index, and the region's bits among the targets.</param>
public sealed record DrillScope(ImmutableArray<int> Monitors, ImmutableArray<(int Name, ulong Targets)> Names)
{
    /// <summary>Indices of the regions drilled.</summary>
    public ImmutableArray<int> Regions { get; init; } = [];

    /// <returns>Null where the topology has no such region.</returns>
    public static DrillScope? Of(Topology topology, string region)
    {
        if (OverrideTarget.Read(region, topology, out _) is not { Scope: OverrideScope.Label or OverrideScope.Owner } target)
            return null;
        var names = ImmutableArray.CreateBuilder<(int, ulong)>();
        for (int name = 0; name < topology.Names.Length; name++)
        {
            ulong bits = 0;
            ImmutableArray<Target> targets = topology.Names[name].Targets;
            for (int ordinal = 0; ordinal < targets.Length; ordinal++)
                bits |= !targets[ordinal].IsName && target.Regions.Contains(targets[ordinal].Index) ? 1UL << ordinal : 0;
            if (bits != 0)
                names.Add((name, bits));
        }

        return new DrillScope([.. Enumerable.Range(0, topology.Monitors.Length).Where(monitor => target.Regions.Contains(topology.Monitors[monitor].Region))], names.ToImmutable()) { Regions = target.Regions };
    }

    /// <summary>A name that serves nobody now, of a family that the region has, so that the drill must end: the owner, or null.</summary>
    public string? NameWithoutTarget(SteeringTable table)
    {
        foreach ((int name, ulong bits) in Names)
        {
            NameState state = table.Names[name];
            if (IsWithout(state.IPv4, bits) || IsWithout(state.IPv6, bits))
                return table.Plan.Topology.Names[name].Owner;
        }

        return null;
    }

    /// <summary>Requests per second at the drilled region and at all others; null where no balancer reports. Regions of one label are one place.</summary>
    public (double Old, double New)? Traffic(SteeringTable table)
    {
        ImmutableArray<RegionLoad> loads = table.Health.Load.Regions;
        if (!loads.Any(load => load.IsHeard))
            return null;
        HashSet<string> drilled = [.. Regions.Where(region => region < loads.Length).Select(region => loads[region].Label)];
        ILookup<bool, RegionLoad> byDrilled = loads.DistinctBy(load => load.Label).ToLookup(load => drilled.Contains(load.Label));
        return (byDrilled[true].Sum(load => load.Rps), byDrilled[false].Sum(load => load.Rps));
    }

    /// <summary>How many of the names answer with the region to everybody whose turn it is, how many have less than their full TTL, and the smallest TTL of all, in seconds.</summary>
    public (int Serving, int Short, uint Ttl) Look(SteeringTable table)
    {
        int serving = 0, shortened = 0;
        uint ttl = uint.MaxValue;
        foreach ((int name, ulong bits) in Names)
        {
            NameState state = table.Names[name];
            serving += ((Full(state.IPv4) | Full(state.IPv6)) & bits) != 0 ? 1 : 0;
            shortened += state.Ttl < table.Plan.Topology.Names[name].Ttl ? 1 : 0;
            ttl = Math.Min(ttl, state.Ttl);
        }

        return (serving, shortened, Names.Length == 0 ? 0 : ttl);
    }

    private static ulong Full(FamilyState family) => family.Up & ~family.Partial;

    private static bool IsWithout(FamilyState family, ulong bits)
    {
        if (family.Up != 0)
            return false;
        for (int ordinal = 0; ordinal < family.Targets.Length; ordinal++)
        {
            if ((bits & (1UL << ordinal)) != 0 && family.Targets[ordinal] is { LastResort.Length: > 0 })
                return true;
        }

        return false;
    }
}
