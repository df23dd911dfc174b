using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>A region as round trips know it: by its label, which names one place in every zone (as in <c>gslb drain</c>).</summary>
public sealed record LatencyRegion(string Label, double Latitude, double Longitude)
{
    /// <summary>The regions of all zones, by label: the first in the topology's order says where it is. At most <see cref="LatencyOptions.MaxRegions"/>.</summary>
    public static ImmutableArray<LatencyRegion> Of(Topology topology)
        => [.. topology.Regions.DistinctBy(region => region.Label).OrderBy(region => region.Label, StringComparer.Ordinal).Take(LatencyOptions.MaxRegions)
            .Select(region => new LatencyRegion(region.Label, region.Latitude, region.Longitude))];

    internal Site Site => Site.At(Latitude, Longitude);
}
