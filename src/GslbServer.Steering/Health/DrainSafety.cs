using System.Globalization;

namespace GslbServer.Steering;

/// <summary>What an override would do, were it in force now. Pure: the admin API asks before it stores one.</summary>
/// <param name="WithoutTarget">Steered names (owners) that would have nothing left to serve with, for at least one family.</param>
/// <param name="Warnings">What is allowed but should be known.</param>
public sealed record DrainSafety(IReadOnlyList<string> WithoutTarget, IReadOnlyList<string> Warnings)
{
    /// <summary>False: refused without <c>--force</c>.</summary>
    public bool IsSafe => WithoutTarget.Count == 0;

    /// <summary><see cref="WithoutTarget"/>, with the address family where only one of two is concerned.</summary>
    public IReadOnlyList<string> Losses { get; private init; } = [];

    /// <summary>Judges an override as if it had run its whole course, and all others that hold when it begins theirs: percent and ramp do not soften it, except that a share below 100
    /// takes nothing whole.</summary>
    /// <param name="known">All overrides known, scheduled ones too; null for those in force in the table.</param>
    /// <param name="traffic">What balancers report; empty for none.</param>
    /// <exception cref="ArgumentException">The target means nothing in the table's topology; <see cref="OverrideTarget.Read"/> says why.</exception>
    public static DrainSafety Of(SteeringTable table, OperatorOverride wanted, IReadOnlyList<OperatorOverride>? known = null, IReadOnlyList<RegionTraffic>? traffic = null)
    {
        Topology topology = table.Plan.Topology;
        OverrideTarget target = OverrideTarget.Read(wanted.Target, topology, out string? problem) ?? throw new ArgumentException(problem, nameof(wanted));
        wanted = wanted with { Target = target.Canonical };
        known ??= [.. table.Health.Overrides.Select(active => active.Override)];
        DateTimeOffset start = wanted.StartsAt ?? wanted.CreatedAt;
        OperatorOverride[] holding = [.. known.Where(one => one.State != OverrideState.None && !(one.StartsAt > start) && !(one.ExpiresAt <= start))];
        OperatorOverride[] present = [.. holding.Where(one => !Drill.IsDrill(one)), .. Drilled(holding)];
        OperatorOverride[] after = [.. present.Where(one => one.Target != wanted.Target), wanted];
        SteeringTable now = With(table, present);
        SteeringTable then = With(table, after);

        List<string> without = Without(now, then);
        return new DrainSafety(without, [.. FenceWarnings(now, then, without), .. LoadWarnings(now, then, target, traffic ?? []), .. LaterWarnings(then, wanted, after, known, start, without), .. LateWarnings(topology, wanted)])
        {
            Losses = [.. topology.Names.Select((name, i) => (name.Owner, i)).Where(name => without.Contains(name.Owner)).Select(name => name.Owner + Family(now, then, name.i))],
        };
    }

    /// <summary>A region in a drill is as good as down, also in the seconds before its verdict is. An override of the same region counts instead.</summary>
    private static IEnumerable<OperatorOverride> Drilled(OperatorOverride[] holding) => holding.Select(one => Drill.Of(one) is { } drill ? one with { Target = drill.Region } : null)
        .OfType<OperatorOverride>().Where(drill => !holding.Any(one => one.Target == drill.Target));

    private static SteeringTable With(SteeringTable table, IEnumerable<OperatorOverride> overrides) => SteeringTable.Compile(table.Plan, table.Health with
    {
        Overrides = [.. overrides.Select(one => new ActiveOverride(one, one.State == OverrideState.Up ? 0 : Math.Clamp(one.Percent, 0, 100) / 100.0, table.Health.Now, false))],
    }, table);

    private static string Family(SteeringTable now, SteeringTable then, int name) => (Loses(now, then, name, ulong.MaxValue, isIPv6: false), Loses(now, then, name, ulong.MaxValue, isIPv6: true)) switch
    {
        (true, false) when then.Names[name].IPv6.Up != 0 => " (A alone; AAAA keeps one)",
        (false, true) when then.Names[name].IPv4.Up != 0 => " (AAAA alone; A keeps one)",
        _ => "",
    };

    /// <summary>One that is over before it does anything.</summary>
    private static IEnumerable<string> LateWarnings(Topology topology, OperatorOverride wanted)
    {
        if (wanted.State != OverrideState.None && OverrideSchedule.Moves(topology, wanted).From is var from && from >= wanted.ExpiresAt)
        {
            yield return $"it ends at {wanted.ExpiresAt:u}, before traffic would begin to move at {from:u}: nobody moves";
        }
    }

    private static List<string> Without(SteeringTable now, SteeringTable then) =>
        [.. now.Plan.Topology.Names.Where((_, name) => Loses(now, then, name, ulong.MaxValue)).Select(name => name.Owner)];

    /// <summary>Overrides that begin while this one still holds, and leave a name nothing with it.</summary>
    private static IEnumerable<string> LaterWarnings(SteeringTable then, OperatorOverride wanted, OperatorOverride[] after, IReadOnlyList<OperatorOverride> known,
        DateTimeOffset start, List<string> without)
    {
        foreach (OperatorOverride later in known.Where(one => one.State != OverrideState.None && one.Target != wanted.Target && one.StartsAt > start && !(one.StartsAt >= wanted.ExpiresAt)).Take(16))
        {
            string[] names = [.. Without(then, With(then, [.. after.Where(one => one.Target != later.Target), later])).Except(without)];
            if (names.Length > 0)
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"from {later.StartsAt:u} on {later.Target} is out too (by {later.Owner}: {later.Reason}), and nothing is left of {string.Join(", ", names)}: there the newer of the two stands aside");
            }
        }
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
            {
                yield return $"{topology.Names[name].Owner}: clients that its fences hold to this target {(Keeps(then, name) ? "stay with it" : "get what its all-down says")}";
            }
        }
    }

    private static bool Keeps(SteeringTable then, int name) => (then.Names[name].IPv4.Yields | then.Names[name].IPv6.Yields) != 0;

    /// <summary>What remains is less than what arrives now, as balancers report it; where none does, less than what goes could take.</summary>
    private static IEnumerable<string> LoadWarnings(SteeringTable now, SteeringTable then, OverrideTarget target, IReadOnlyList<RegionTraffic> traffic)
    {
        var warned = new Dictionary<string, List<string>>();
        for (int name = 0; name < now.Plan.Topology.Names.Length; name++)
        {
            Region[] before = Serving(now, name);
            Region[] after = Serving(then, name);
            if (after.Length == 0 || after.Length == before.Length)
                continue;
            double left = after.Sum(region => Capacity(region, traffic));
            double arrives = before.Sum(region => traffic.Where(one => one.IsOf(region)).Sum(one => one.Rps));
            bool isReported = before.Any(region => traffic.Any(one => one.IsOf(region)));
            double gone = before.Sum(region => Capacity(region, traffic)) - left;
            string? warning = isReported && left < arrives ? string.Create(CultureInfo.InvariantCulture, $"the regions left can take {left:0.##} requests per second, and {arrives:0.##} arrive now")
                : !isReported && left < gone ? string.Create(CultureInfo.InvariantCulture, $"the regions left can take {left:0.##} requests per second, {target.Canonical} could take {gone:0.##}")
                : null;
            if (warning is null)
                continue;
            if (!warned.TryGetValue(warning, out List<string>? names))
                warned.Add(warning, names = []);
            names.Add(now.Plan.Topology.Names[name].Owner);
        }

        return warned.Select(one => $"{string.Join(", ", one.Value.Take(3))}{(one.Value.Count > 3 ? $" and {one.Value.Count - 3} more names" : "")}: {one.Key}");
    }

    private static Region[] Serving(SteeringTable table, int name)
    {
        SteeredName steered = table.Plan.Topology.Names[name];
        ulong up = table.Names[name].IPv4.Up | table.Names[name].IPv6.Up;
        return [.. steered.Targets.Where((target, ordinal) => (up & (1UL << ordinal)) != 0 && !target.IsName).Select(target => table.Plan.Topology.Regions[target.Index])];
    }

    /// <returns>NaN, which is below nothing, when neither balancers nor the zone say.</returns>
    private static double Capacity(Region region, IReadOnlyList<RegionTraffic> traffic)
    {
        RegionTraffic[] reports = [.. traffic.Where(one => one.IsOf(region) && one.Capacity is not null)];
        return reports.Length > 0 ? reports.Sum(one => one.Capacity ?? 0) : region.Capacity ?? double.NaN;
    }
}
