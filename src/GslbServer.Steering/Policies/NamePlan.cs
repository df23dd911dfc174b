using System.Collections.Immutable;
using System.Net.Sockets;

namespace GslbServer.Steering;

/// <summary>A steered name made ready for the query path: everything about it that health does not change. Frozen.</summary>
internal sealed record NamePlan
{
    public required int Index { get; init; }

    /// <summary>Index of the first name with the same rules (<see cref="NameRules"/>), which may be this one: whatever health makes of either is the same.</summary>
    public required int Model { get; init; }

    public required SteeredName Name { get; init; }

    public required RankingTable Ranking { get; init; }

    /// <summary>Bits of the targets that have the family, IPv4 first.</summary>
    public required (ulong IPv4, ulong IPv6) Existing { get; init; }

    /// <summary>Endpoints by ordinal, one more for an <c>all-down</c> region; null for steered names.</summary>
    public required EndpointPlan?[] EndpointsIPv4 { get; init; }

    public required EndpointPlan?[] EndpointsIPv6 { get; init; }

    /// <summary>Targets with a weight above 0.</summary>
    public required ulong Weighty { get; init; }

    /// <summary>By ordinal: the same on every node, whatever else stands in its zones.</summary>
    public required ulong[] TargetHashes { get; init; }

    public required ulong OwnerHash { get; init; }

    /// <summary>The place tables that an answer may depend on: its own and those of nested names, each once.</summary>
    public required RankingTable[] Closure { get; init; }

    /// <summary>By the classes of this one alone the answer follows from health; null where more counts: weights, or several place tables.</summary>
    public required RankingTable? DecidedBy { get; init; }

    /// <summary>What scopes are not shorter than, because weights are hashed by these prefixes; 0 without weights.</summary>
    public required (byte IPv4, byte IPv6) ScopeFloor { get; init; }

    /// <summary>Of a name that goes by load, for each target the regions that it may lead to; empty for others.</summary>
    public required ImmutableArray<ImmutableArray<int>> PricedRegions { get; init; }

    public required int MinUp { get; init; }

    /// <summary>Failures no farther apart than this count as simultaneous: which was noticed first is chance.</summary>
    public required TimeSpan DetectionTime { get; init; }

    /// <summary>Where an <c>all-down</c> target stands in endpoints and states.</summary>
    public int AllDownOrdinal => Name.Targets.Length;

    public EndpointPlan?[] Endpoints(bool isIPv6) => isIPv6 ? EndpointsIPv6 : EndpointsIPv4;

    public ulong ExistingOf(bool isIPv6) => isIPv6 ? Existing.IPv6 : Existing.IPv4;

    public bool HasStatic(bool isIPv6) => isIPv6 ? HasStaticIPv6 : HasStaticIPv4;

    public required bool HasStaticIPv4 { get; init; }

    public required bool HasStaticIPv6 { get; init; }

    /// <summary>A fence of its own or of a name below it; static records cannot show that they stand inside.</summary>
    public required bool IsFenced { get; init; }

    public int PersistLength(bool isIPv6) => isIPv6 ? Name.PersistIPv6 : Name.PersistIPv4;

    /// <summary>The target's place among all targets and the <c>all-down</c> one.</summary>
    public Target TargetAt(int ordinal) => ordinal == AllDownOrdinal ? Name.AllDownTarget : Name.Targets[ordinal];

    /// <summary>The plan of another name with the same rules: only the owner differs, and what is hashed with it.</summary>
    public NamePlan For(Topology topology, int index)
        => this with { Index = index, Name = topology.Names[index], OwnerHash = StableHash.Of(topology.Names[index].Owner) };

    /// <param name="nested">Plans of the names that this one may lead to.</param>
    /// <param name="regionsBelow">By name, the regions that it may lead to.</param>
    public static NamePlan Compile(Topology topology, int index, RankingTable ranking, IReadOnlyList<NamePlan?> nested, ImmutableArray<int>[] regionsBelow)
    {
        SteeredName name = topology.Names[index];
        NamePlan[] below = [.. SteeringOrder.NestedNames(name).Select(i => nested[i]).OfType<NamePlan>()];
        NamePlan[] seen = name.UseSubnet ? [.. below.Where(plan => plan.Name.UseSubnet)] : [];
        bool weights = name.Policy == PolicyKind.Weighted && name.Targets.Length > 1 && name.UseSubnet;
        EndpointPlan?[] ipv4 = Endpoints(topology, name, isIPv6: false);
        EndpointPlan?[] ipv6 = Endpoints(topology, name, isIPv6: true);
        return new NamePlan
        {
            Index = index,
            Model = index,
            Name = name,
            Ranking = ranking,
            EndpointsIPv4 = ipv4,
            EndpointsIPv6 = ipv6,
            Existing = (ExistingTargets(name, ipv4, nested, false), ExistingTargets(name, ipv6, nested, true)),
            Weighty = Mask(name, target => target.Weight > 0),
            TargetHashes = [.. name.Targets.Select(target => StableHash.Of(target.IsName ? topology.Names[target.Index].Owner : topology.Regions[target.Index].Name))],
            OwnerHash = StableHash.Of(name.Owner),
            Closure = name.UseSubnet ? [.. seen.SelectMany(plan => plan.Closure).Prepend(ranking).Where(table => table.Places is not null).Distinct()] : [],
            DecidedBy = DecidingTable(name, ranking, below),
            ScopeFloor = (Floor(weights ? name.PersistIPv4 : 0, seen.Select(plan => plan.ScopeFloor.IPv4)), Floor(weights ? name.PersistIPv6 : 0, seen.Select(plan => plan.ScopeFloor.IPv6))),
            PricedRegions = ranking.Rules.IsPriced ? [.. name.Targets.Select(target => target.IsName ? regionsBelow[target.Index] : [target.Index])] : [],
            MinUp = name.Checks.Select(check => topology.Checks[check].MinUp).DefaultIfEmpty(1).Max(),
            DetectionTime = name.Checks.Select(check => TopologyBuilder.Detection(topology.Checks[check])).Concat(below.Select(plan => plan.DetectionTime))
                .DefaultIfEmpty().Max() + TopologyLimits.Publication,
            HasStaticIPv4 = name.StaticAddresses.Any(address => address.AddressFamily == AddressFamily.InterNetwork),
            HasStaticIPv6 = name.StaticAddresses.Any(address => address.AddressFamily == AddressFamily.InterNetworkV6),
            IsFenced = name.Only.Length + name.Except.Length > 0 || below.Any(plan => plan.IsFenced),
        };
    }

    private static EndpointPlan?[] Endpoints(Topology topology, SteeredName name, bool isIPv6)
    {
        var endpoints = new EndpointPlan?[name.Targets.Length + 1];
        for (int i = 0; i < name.Targets.Length; i++)
            endpoints[i] = name.Targets[i].IsName ? null : EndpointPlan.Of(topology, name.Targets[i].Index, isIPv6, name.Monitors[i]);

        // The last resort answers unprobed: nothing better is left.
        if (name is { AllDown: AllDown.Target, AllDownTarget: { IsName: false, Index: int region } })
        {
            int count = topology.Regions[region].CnameTarget is null ? topology.Regions[region].Addresses.Length : 1;
            endpoints[^1] = EndpointPlan.Of(topology, region, isIPv6, [.. Enumerable.Repeat(ImmutableArray<int>.Empty, count)]);
        }

        return endpoints;
    }

    /// <summary>A nested name that ignores subnets may stand elsewhere than one above it that does not.</summary>
    private static RankingTable? DecidingTable(SteeredName name, RankingTable own, NamePlan[] below)
    {
        if (name.Policy == PolicyKind.Weighted && name.Targets.Length > 1)
            return null;
        RankingTable decided = own;
        foreach (NamePlan nested in below)
        {
            if (nested.DecidedBy is not { } other)
                return null;
            if (other.Places is null)
                continue;
            if ((name.UseSubnet && !nested.Name.UseSubnet) || (decided.Places is not null && decided != other))
                return null;
            decided = other;
        }

        return decided;
    }

    private static ulong ExistingTargets(SteeredName name, EndpointPlan?[] endpoints, IReadOnlyList<NamePlan?> nested, bool isIPv6)
    {
        ulong mask = 0;
        for (int i = 0; i < name.Targets.Length; i++)
        {
            bool exists = name.Targets[i].IsName ? nested[name.Targets[i].Index]?.ExistingOf(isIPv6) is > 0 : endpoints[i] is { Exists: true };
            mask |= exists ? 1UL << i : 0;
        }

        return mask;
    }

    private static ulong Mask(SteeredName name, Func<Target, bool> holds)
    {
        ulong mask = 0;
        for (int i = 0; i < name.Targets.Length; i++)
            mask |= holds(name.Targets[i]) ? 1UL << i : 0;
        return mask;
    }

    private static byte Floor(int own, IEnumerable<byte> nested) => nested.Append((byte)own).Max();
}
