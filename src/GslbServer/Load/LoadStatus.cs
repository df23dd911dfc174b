using GslbServer.Steering;

namespace GslbServer;

/// <summary>What a region's balancers report.</summary>
/// <param name="Balancers">Heard of lately.</param>
/// <param name="Draining">Of these; as <paramref name="NotServing"/>, which drains not.</param>
/// <param name="Backends">That serve, of <paramref name="BackendsTotal"/>.</param>
/// <param name="Rps">Requests per second.</param>
/// <param name="Capacity">Requests per second that they can take; null when nobody says.</param>
/// <param name="Utilisation">1 is full; null while nobody tells.</param>
/// <param name="PriceMs">By how much the region counts as farther away, for names that go by load.</param>
/// <param name="News"><c>draining</c> or <c>notServing</c> when all of them say so; null otherwise.</param>
internal sealed record LoadStatus(int Balancers, int Draining, int NotServing, int Backends, int BackendsTotal, int InFlight, double Rps, double? Capacity, double? Utilisation,
    double Errors, double? P50Milliseconds, double? P99Milliseconds, double PriceMs, string? News)
{
    /// <returns>Null where no balancer was heard of and no price is left.</returns>
    public static LoadStatus? Of(LoadTable load, int region)
    {
        if (region >= load.Regions.Length)
        {
            return null;
        }

        RegionLoad sum = load.Regions[region];
        RegionBearing bearing = load.Of(region);
        return !sum.IsHeard && bearing is { PriceMs: 0, News: RegionNews.None } ? null : new LoadStatus(sum.Balancers, sum.Draining, sum.NotServing, sum.Live, sum.Total, sum.InFlight,
            Math.Round(sum.Rps, 1), sum.Capacity, sum.Utilisation is { } use ? Math.Round(use, 3) : null, Math.Round(sum.Errors, 4), sum.P50Ms, sum.P99Ms, bearing.PriceMs,
            bearing.News switch { RegionNews.Draining => "draining", RegionNews.NotServing => "notServing", _ => null });
    }
}
