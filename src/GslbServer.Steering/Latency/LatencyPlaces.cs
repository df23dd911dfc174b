using System.Collections.Immutable;

namespace GslbServer.Steering;

/// <summary>Distances from places to regions, each place worked out once.</summary>
internal sealed class LatencyPlaces(ImmutableArray<LatencyRegion> regions)
{
    private readonly Site[] _regions = [.. regions.Select(region => region.Site)];
    private readonly Dictionary<int, (double[]?, string)> _byIndex = [];
    private readonly Dictionary<Location, double[]?> _known = new(ReferenceEqualityComparer.Instance);

    /// <param name="location">Index among the locations of a geo table, always the same one.</param>
    /// <returns>Kilometres to each region, null when the place is not known; and the country.</returns>
    public (double[]? Kilometres, string Country) At(IReadOnlyList<Location> locations, int location)
    {
        if (!_byIndex.TryGetValue(location, out (double[]?, string) place))
        {
            Location known = locations[location];
            _byIndex[location] = place = (Kilometres(known), known.Country);
        }

        return place;
    }

    /// <returns>Kilometres to each region; null when the place is not known.</returns>
    public double[]? Kilometres(Location location)
    {
        if (!_known.TryGetValue(location, out double[]? km))
            _known[location] = km = PlaceCentres.Find(location, out Site site) is null ? null : Array.ConvertAll(_regions, region => region.MetresTo(site) / 1000);
        return km;
    }
}
