using GslbServer.Steering;

namespace GslbServer;

/// <summary>The load of regions for Prometheus; of those whose balancers were heard.</summary>
internal static class LoadMetrics
{
    public static void Add(MetricFamilies families, SteeringTable steering)
    {
        LoadTable load = steering.Health.Load;
        for (int i = 0; i < load.Regions.Length; i++)
        {
            if (LoadStatus.Of(load, i) is not { } status)
            {
                continue;
            }

            (string, string) region = ("region", steering.Plan.Topology.Regions[i].Name);
            families.Gauge("gslb_region_balancers", "Balancers heard of lately", status.Balancers, region);
            families.Gauge("gslb_region_balancers_draining", "Of these, those that drain", status.Draining, region);
            families.Gauge("gslb_region_backends_live", "Backends that serve, of all balancers", status.Backends, region);
            families.Gauge("gslb_region_requests_per_second", "Requests that come", status.Rps, region);
            families.Gauge("gslb_region_requests_in_flight", "Requests being answered", status.InFlight, region);
            families.Gauge("gslb_region_errors_ratio", "Share of answers with a 5xx status", status.Errors, region);
            families.Gauge("gslb_region_price_seconds", "By how much the region counts as farther away, for names that go by load", status.PriceMs / 1000, region);
            families.Gauge("gslb_region_drained", "1 while all its balancers say that they drain", status.News == "draining" ? 1 : 0, region);
            if (status.Capacity is { } capacity)
            {
                families.Gauge("gslb_region_capacity_requests_per_second", "Requests that its balancers can take", capacity, region);
            }

            if (status.Utilisation is { } use)
            {
                families.Gauge("gslb_region_utilisation_ratio", "How full it is, 1 is full", use, region);
            }
        }
    }
}
