namespace GslbServer.Steering;

/// <summary>What one balancer reports of a region now.</summary>
/// <param name="Region">As the balancer was told: a region's label or owner name.</param>
/// <param name="Writer">The balancer.</param>
/// <param name="Rps">Requests per second that arrive.</param>
/// <param name="Capacity">Requests per second that it can take; null when it does not say.</param>
public sealed record RegionTraffic(string Region, string Writer, double Rps, double InFlight, double? Capacity)
{
    public bool IsOf(Region region) => Region.Equals(region.Label, StringComparison.OrdinalIgnoreCase) || Region.TrimEnd('.').Equals(region.Name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
