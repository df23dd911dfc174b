using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Heartbeats and agreed prices -> the load of every region of a topology. Regions go by their labels, which name one place in every zone.</summary>
public static class LoadMerge
{
    /// <param name="previous">Since when news stand is taken from it.</param>
    /// <param name="previousTopology">What <paramref name="previous"/> was made for; regions are matched by name.</param>
    /// <param name="now">Monotonic, on the clock of <see cref="BalancerView.LastAdvanced"/>.</param>
    public static LoadTable Merge(Topology topology, ImmutableArray<RegionLoad> loads, Func<string, double> priceOf, LoadTable previous, Topology? previousTopology, TimeSpan now)
    {
        Dictionary<string, RegionLoad> byLabel = loads.ToDictionary(load => load.Label);
        var before = new Dictionary<string, RegionBearing>();
        for (int i = 0; i < previous.Bearings.Length && i < (previousTopology?.Regions.Length ?? 0); i++)
            before[previousTopology!.Regions[i].Name] = previous.Bearings[i];

        var bearings = ImmutableArray.CreateBuilder<RegionBearing>(topology.Regions.Length);
        foreach (Region region in topology.Regions)
        {
            RegionNews news = byLabel[region.Label].News;
            RegionBearing held = before.GetValueOrDefault(region.Name);
            bearings.Add(new RegionBearing(priceOf(region.Label), news, news == RegionNews.None ? default : held.News == news ? held.NewsSince : now));
        }

        return new LoadTable(bearings.MoveToImmutable(), [.. topology.Regions.Select(region => byLabel[region.Label])]);
    }

    /// <summary>One for each label of the topology. Heartbeats of regions that it does not have say nothing.</summary>
    public static ImmutableArray<RegionLoad> Sum(Topology topology, IReadOnlyList<BalancerView> balancers, TimeSpan now)
    {
        ILookup<string, BalancerView> byLabel = balancers.ToLookup(view => view.Load.Region);
        return [.. topology.Regions.GroupBy(region => region.Label).Select(same =>
            RegionLoad.Sum(same.Key, byLabel[same.Key], same.Select(region => region.Capacity).FirstOrDefault(capacity => capacity is not null), now))];
    }
}
