using System.Globalization;

namespace GslbServer.Steering;

/// <summary>What an override would do, were it in force now. Pure: the admin API asks before it stores one.</summary>
/// <param name="WithoutTarget">Steered names (owners) that would have nothing left to serve with, for at least one family.</param>
/// <param name="Warnings">What is allowed but should be known.</param>
public sealed record DrainSafety(IReadOnlyList<string> WithoutTarget, IReadOnlyList<string> Warnings)
{
    /// <summary>False: refused without <c>--force</c>.</summary>
    public bool IsSafe => WithoutTarget.Count == 0;

    /// <summary>Judges an override as if it had run its whole course: percent and ramp do not soften it, except that a share below 100 takes nothing whole.</summary>
    /// <exception cref="ArgumentException">The target means nothing in the table's topology; <see cref="OverrideTarget.Read"/> says why.</exception>
    public static DrainSafety Of(SteeringTable table, OperatorOverride wanted)
    {
        Topology topology = table.Plan.Topology;
        OverrideTarget target = OverrideTarget.Read(wanted.Target, topology, out string? problem) ?? throw new ArgumentException(problem, nameof(wanted));
        double share = wanted.State == OverrideState.Up ? 0 : Math.Clamp(wanted.Percent, 0, 100) / 100.0;
        var active = new ActiveOverride(wanted with { Target = target.Canonical }, share, table.Health.Now, false);
        HealthTable after = table.Health with
        {
            Overrides = [.. table.Health.Overrides.Where(known => known.Override.Target != target.Canonical), active],
        };
        SteeringTable then = SteeringTable.Compile(table.Plan, after, table);

        List<string> without = [.. topology.Names.Where((_, name) => Loses(table, then, name, ulong.MaxValue)).Select(name => name.Owner)];
        return new DrainSafety(without, [.. FenceWarnings(table, then, without), .. CapacityWarnings(table, then, target)]);
    }

    /// <summary>Whether clients that may have these targets, and are served now, would not be: of either family.</summary>
    private static bool Loses(SteeringTable now, SteeringTable then, int name, ulong allowed)
        => Loses(now, then, name, allowed, isIPv6: false) || Loses(now, then, name, allowed, isIPv6: true);

    private static bool Loses(SteeringTable now, SteeringTable then, int name, ulong allowed, bool isIPv6)
    {
        FamilyState before = now.Names[name].Family(isIPv6);
        FamilyState after = then.Names[name].Family(isIPv6);
        // What serves only because a drain stands aside is the last there is; a drain of it once more takes nothing.
        return (before.Up & allowed) != 0 ? (after.Up & allowed) == 0 : (before.Yields & allowed) != 0 && ((after.Up | after.Yields) & allowed) == 0;
    }

    /// <summary>A fence that holds clients to what goes is the zone's will, and no reason to refuse: the name still serves.</summary>
    private static IEnumerable<string> FenceWarnings(SteeringTable now, SteeringTable then, List<string> without)
    {
        Topology topology = now.Plan.Topology;
        for (int name = 0; name < topology.Names.Length; name++)
        {
            if (!without.Contains(topology.Names[name].Owner) && now.Plan.Names[name].Ranking.AllAllowed.Any(allowed => Loses(now, then, name, allowed)))
                yield return $"{topology.Names[name].Owner}: clients that its fences hold to this target get what its all-down says";
        }
    }

    /// <summary>Where every region of a name says what it can take, and what remains is less than the region that goes could.</summary>
    private static IEnumerable<string> CapacityWarnings(SteeringTable now, SteeringTable then, OverrideTarget target)
    {
        Topology topology = now.Plan.Topology;
        for (int name = 0; name < topology.Names.Length; name++)
        {
            SteeredName steered = topology.Names[name];
            double before = Capacity(now, name);
            double after = Capacity(then, name);
            if (after < before && after < before - after && after > 0)
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{steered.Owner}: the regions left can take {after:0.##} requests per second, {target.Canonical} could take {before - after:0.##}");
            }
        }
    }

    /// <returns>NaN when a region in use does not say.</returns>
    private static double Capacity(SteeringTable table, int name)
    {
        SteeredName steered = table.Plan.Topology.Names[name];
        ulong up = table.Names[name].IPv4.Up | table.Names[name].IPv6.Up;
        double sum = 0;
        for (int ordinal = 0; ordinal < steered.Targets.Length; ordinal++)
        {
            if ((up & (1UL << ordinal)) != 0 && !steered.Targets[ordinal].IsName)
                sum += table.Plan.Topology.Regions[steered.Targets[ordinal].Index].Capacity ?? double.NaN;
        }

        return sum;
    }
}
