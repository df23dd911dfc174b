using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Heartbeats and tables of load, in few words.</summary>
internal static class LoadWords
{
    public static readonly TimeSpan Now = TimeSpan.FromHours(1);

    public static BalancerLoad Beat(string region = "eu-west", string writer = "lb1", double rps = 0, double? capacity = null, double? use = null, bool serving = true, bool draining = false,
        bool leaving = false, long sequence = 1) => new(region, writer, 1, sequence, serving && !draining, draining, leaving, 2, 2, 0, rps, capacity, use, 0, 5, 20, "1.0");

    public static BalancerView Heard(BalancerLoad load, double secondsAgo = 1) => new(load, Now - TimeSpan.FromSeconds(secondsAgo));

    public static RegionLoad Used(string region, double use) => RegionLoad.Sum(region, [Heard(Beat(region, rps: 100 * use, capacity: 100))], null, Now);

    /// <summary>A table for a topology in which these regions have these prices, or news.</summary>
    public static LoadTable Table(Topology topology, params (string Region, double Price, RegionNews News)[] regions)
    {
        RegionLoad[] loads = [.. topology.Regions.Select(region => region.Label).Distinct().Select(label => Sum(label, regions.FirstOrDefault(one => one.Region == label).News))];
        return LoadMerge.Merge(topology, [.. loads], label => regions.FirstOrDefault(one => one.Region == label).Price, LoadTable.None, null, Now);
    }

    private static RegionLoad Sum(string label, RegionNews news)
        => RegionLoad.Sum(label, [Heard(Beat(label, serving: news != RegionNews.NotServing, draining: news == RegionNews.Draining))], null, Now);
}
