using System.Globalization;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>What an operator should know of the load of the moment.</summary>
internal static class LoadWarnings
{
    public static IEnumerable<string> Of(SteeringTable steering)
    {
        LoadTable load = steering.Health.Load;
        foreach (RegionLoad region in load.Regions.DistinctBy(region => region.Label))
        {
            if (region.Utilisation >= LoadPrice.HardCap)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{region.Label} is {(region.Utilisation > 1 ? "overloaded" : "full")}: utilisation {region.Utilisation:0.00}");
            }

            if (region.News != RegionNews.None)
            {
                yield return $"{region.Label}: its balancers {(region.News == RegionNews.Draining ? "are draining" : "have no live backend")}";
            }
        }

        foreach (string warning in load.Regions.IsEmpty ? [] : Losses(steering.Plan.Topology, load))
        {
            yield return warning;
        }
    }

    /// <summary>Where the load of the moment would not fit in what is left without the largest region. Once for names with the same regions.</summary>
    private static IEnumerable<string> Losses(Topology topology, LoadTable load)
    {
        var seen = new HashSet<string>();
        foreach (SteeredName name in topology.Names)
        {
            int[] regions = [.. name.Targets.Where(target => !target.IsName).Select(target => target.Index).Distinct().Order()];
            RegionLoad[] loads = [.. regions.Select(region => load.Regions[region])];
            if (loads.Length < 2 || loads.Any(one => one.Capacity is null || !one.IsHeard) || !seen.Add(string.Join(' ', loads.Select(one => one.Label))))
            {
                continue;
            }

            RegionLoad largest = loads.MaxBy(one => one.Capacity)!;
            double rest = loads.Sum(one => one.Capacity ?? 0) - (largest.Capacity ?? 0);
            double all = loads.Sum(one => one.Rps);
            if (all > rest)
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"the loss of {largest.Label} would exceed what the other regions of {name.Owner} can take: {all:0.#} requests per second now, {rest:0.#} without it");
            }
        }
    }
}
