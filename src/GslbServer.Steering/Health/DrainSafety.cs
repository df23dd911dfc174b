using System.Globalization;

namespace GslbServer.Steering;

/// <summary>What an override would do, were it in force now. Pure: the admin API asks before it stores one.</summary>
/// <param name="WithoutTarget">Steered names (owners) that would have nothing left to serve with, for at least one family or one place.</param>
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

        List<string> without = [.. topology.Names.Where((_, name) => Loses(table, then, name)).Select(name => name.Owner)];
        return new DrainSafety(without, [.. CapacityWarnings(table, then, target)]);
    }

    /// <summary>Whether some client that is served now would not be: of each family, in each place.</summary>
    private static bool Loses(SteeringTable now, SteeringTable then, int name)
        => Loses(now, then, name, isIPv6: false) || Loses(now, then, name, isIPv6: true);

    private static bool Loses(SteeringTable now, SteeringTable then, int name, bool isIPv6)
    {
        ulong before = now.Names[name].Family(isIPv6).Up;
        ulong after = then.Names[name].Family(isIPv6).Up;
        return before != after && now.Plan.Names[name].Ranking.AllAllowed.Any(allowed => (allowed & before) != 0 && (allowed & after) == 0);
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
