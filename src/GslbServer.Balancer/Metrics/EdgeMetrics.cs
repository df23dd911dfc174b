using Yarp.ReverseProxy;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about what was turned away at the edge.</summary>
internal sealed class EdgeMetrics(TrafficTable traffic, IProxyStateLookup proxy, RateLimiters limiters, LeaseDesk leases, WafGuard waf) : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        const string Refused = "gslb_balancer_refused_total", Evicted = "gslb_balancer_rate_limit_evicted_total", Leases = "gslb_balancer_rate_limit_leases_total", Waf = "gslb_balancer_waf_total";
        families.Family(Refused, MetricKind.Counter, "Requests turned away before they reached a backend, by route and why.");
        foreach (RouteTraffic route in proxy.GetRoutes().Select(traffic.Of).DistinctBy(route => route.RouteId))
        {
            foreach (Refusal why in Enum.GetValues<Refusal>())
            {
                if (route.Refusals.Sum((int)why) is > 0 and var count) families.Sample(Refused, count, ("route", route.RouteId), ("why", $"{why}".ToLowerInvariant()));
            }
        }

        families.Family(Evicted, MetricKind.Counter, "Keys of a limit forgotten before their bucket was full again, because there are too many.");
        foreach (((string owner, int index, _), RateLimiter limiter) in limiters.All) families.Sample(Evicted, limiter.Evicted, ("owner", owner), ("limit", $"{index}"));
        families.Family(Leases, MetricKind.Counter, "Calls of the store for leases of region limits.");
        families.Sample(Leases, leases.Taken, ("result", "taken"));
        families.Sample(Leases, leases.Failed, ("result", "failed"));
        families.Family("gslb_balancer_region_balancers", MetricKind.Gauge, "Balancers of this region, this one among them, as limits of the region count them.");
        families.Sample("gslb_balancer_region_balancers", leases.Balancers);
        families.Family(Waf, MetricKind.Counter, "Requests that the WAF was asked about, by what it said; failed: nothing, or not in time.");
        families.Sample(Waf, waf.Admitted, ("result", "admitted"));
        families.Sample(Waf, waf.Refused, ("result", "refused"));
        families.Sample(Waf, waf.Failed, ("result", "failed"));
    }
}
