using System.Runtime.InteropServices;

namespace GslbServer.Steering;

/// <summary>Where the clients of a population are sent, decided by the very code that answers queries.</summary>
public static class Simulation
{
    private const int GroupsAtOnce = 512;

    /// <param name="names">Indices of steered names.</param>
    /// <param name="progress">Gets how many groups are done, of each name; from any thread.</param>
    /// <param name="byCell">Counts by <see cref="WorldCell"/> too.</param>
    public static IReadOnlyList<NameShares> Run(SteeringTable table, Population population, IReadOnlyList<int> names, bool wantsIPv6, Action<int>? progress, bool byCell, CancellationToken cancel)
    {
        var regions = new RegionsOfAnswers(table.Plan.Topology, [.. table.Plan.Topology.Regions.Select(region => region.Name)]);
        var places = new PlanPlaces(population);
        return [.. names.Select(name =>
        {
            var shares = new NameShares(name, regions.Count, places, byCell);
            ForAll(population, () => new NameShares(name, regions.Count, places, byCell), (groups, mine) =>
            {
                foreach (ref readonly ClientGroup group in groups)
                {
                    if (group.Name < 0 || group.Name == name) Count(table, group, wantsIPv6, regions, mine);
                }

                progress?.Invoke(groups.Length);
            }, shares.Add, cancel);
            return shares;
        })];
    }

    /// <summary>What changes between two tables for the same clients.</summary>
    /// <param name="names">Of each the index in the one and in the other.</param>
    /// <param name="regions">All of both, by name.</param>
    public static IReadOnlyList<NameMoves> Compare(SteeringTable before, SteeringTable after, Population population, IReadOnlyList<(int Before, int After)> names, bool wantsIPv6,
        Action<int>? progress, out IReadOnlyList<string> regions, CancellationToken cancel)
    {
        string[] known = [.. before.Plan.Topology.Regions.Concat(after.Plan.Topology.Regions).Select(region => region.Name).Distinct()];
        regions = known;
        RegionsOfAnswers from = new(before.Plan.Topology, known), to = new(after.Plan.Topology, known);
        var places = new PlanPlaces(population);
        return [.. names.Select(name =>
        {
            var moves = new NameMoves(name.Before, name.After, known.Length, places);
            ForAll(population, () => new NameMoves(name.Before, name.After, known.Length, places), (groups, mine) =>
            {
                foreach (ref readonly ClientGroup group in groups)
                {
                    if (group.Name < 0 || group.Name == name.Before) Count(before, after, group, wantsIPv6, from, to, mine);
                }

                progress?.Invoke(groups.Length);
            }, moves.Add, cancel);
            return moves;
        })];
    }

    private static void Count(SteeringTable table, in ClientGroup group, bool wantsIPv6, RegionsOfAnswers regions, NameShares mine)
    {
        Span<int> found = stackalloc int[Decision.MaxAddresses];
        var walk = new LeafWalk(group);
        byte least = LeastScope(table.Plan.Topology, mine.Name, group.IsIPv6), scope;
        do
        {
            Steerer.Decide(table, mine.Name, wantsIPv6, walk.Client, walk.Resolver, (uint)mine.Decisions, out Decision decision);
            scope = Math.Max(least, decision.ScopePrefixLength);
            mine.Count(group.Place, found[..regions.Find(decision, wantsIPv6, found)], walk.WeightOf(scope));
        }
        while (walk.MoveBehind(scope));
    }

    private static void Count(SteeringTable before, SteeringTable after, in ClientGroup group, bool wantsIPv6, RegionsOfAnswers from, RegionsOfAnswers to, NameMoves mine)
    {
        Span<int> old = stackalloc int[Decision.MaxAddresses], now = stackalloc int[Decision.MaxAddresses];
        var walk = new LeafWalk(group);
        byte least = Math.Max(LeastScope(before.Plan.Topology, mine.Before, group.IsIPv6), LeastScope(after.Plan.Topology, mine.After, group.IsIPv6)), scope;
        do
        {
            uint draw = (uint)mine.Decisions;
            Steerer.Decide(before, mine.Before, wantsIPv6, walk.Client, walk.Resolver, draw, out Decision first);
            Steerer.Decide(after, mine.After, wantsIPv6, walk.Client, walk.Resolver, draw, out Decision second);
            scope = Math.Max(least, Math.Max(first.ScopePrefixLength, second.ScopePrefixLength));
            mine.Count(group.Place, old[..from.Find(first, wantsIPv6, old)], now[..to.Find(second, wantsIPv6, now)], walk.WeightOf(scope));
        }
        while (walk.MoveBehind(scope));
    }

    /// <summary>With <c>ecs=ignore</c> the resolver decides, and the scope of an answer says nothing of which other resolvers get it.</summary>
    private static byte LeastScope(Topology topology, int name, bool isIPv6)
    {
        SteeredName steered = topology.Names[name];
        if (!steered.UseSubnet) return ClientGroup.LongestPrefix(isIPv6);
        byte least = 0;
        foreach (Target target in steered.Targets)
        {
            if (target.IsName) least = Math.Max(least, LeastScope(topology, target.Index, isIPv6));
        }

        return least;
    }

    private static void ForAll<T>(Population population, Func<T> begin, GroupAction<T> count, Action<T> add, CancellationToken cancel)
    {
        ReadOnlyMemory<ClientGroup> groups = ImmutableCollectionsMarshal.AsArray(population.Groups);
        int parts = (groups.Length + GroupsAtOnce - 1) / GroupsAtOnce;
        Parallel.For(0, parts, new ParallelOptions { CancellationToken = cancel }, begin, (part, _, mine) =>
        {
            count(groups.Span[(part * GroupsAtOnce)..Math.Min(groups.Length, (part + 1) * GroupsAtOnce)], mine);
            return mine;
        }, mine =>
        {
            lock (add) add(mine);
        });
    }

    private delegate void GroupAction<in T>(ReadOnlySpan<ClientGroup> groups, T mine);
}
