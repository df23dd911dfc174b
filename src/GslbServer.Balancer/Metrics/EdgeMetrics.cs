using Yarp.ReverseProxy;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about what was turned away at the edge.</summary>
internal sealed class EdgeMetrics(TrafficTable traffic, IProxyStateLookup proxy, RateLimiters limiters, LeaseDesk leases, WafGuard waf) : IMetricsSource
{
    public void Write(MetricsText text)
    {
        const string Refused = "gslb_balancer_refused_total", Evicted = "gslb_balancer_rate_limit_evicted_total", Leases = "gslb_balancer_rate_limit_leases_total", Waf = "gslb_balancer_waf_total";
        text.Family(Refused, "counter", "Requests turned away before they reached a backend, by route and why.");
        foreach (RouteTraffic route in proxy.GetRoutes().Select(traffic.Of).DistinctBy(route => route.RouteId))
        {
            foreach (Refusal why in Enum.GetValues<Refusal>())
            {
                if (route.Refusals.Sum((int)why) is > 0 and var count) text.Sample(Refused, count, ("route", route.RouteId), ("why", $"{why}".ToLowerInvariant()));
            }
        }

        text.Family(Evicted, "counter", "Keys of a limit forgotten before their bucket was full again, because there are too many.");
        foreach (((string owner, int index, _), RateLimiter limiter) in limiters.All) text.Sample(Evicted, limiter.Evicted, ("owner", owner), ("limit", $"{index}"));
        text.Family(Leases, "counter", "Calls of the store for leases of region limits.");
        text.Sample(Leases, leases.Taken, ("result", "taken"));
        text.Sample(Leases, leases.Failed, ("result", "failed"));
        text.Family("gslb_balancer_region_balancers", "gauge", "Balancers of this region, this one among them, as limits of the region count them.");
        text.Sample("gslb_balancer_region_balancers", leases.Balancers);
        text.Family(Waf, "counter", "Requests that the WAF was asked about, by what it said; failed: nothing, or not in time.");
        text.Sample(Waf, waf.Admitted, ("result", "admitted"));
        text.Sample(Waf, waf.Refused, ("result", "refused"));
        text.Sample(Waf, waf.Failed, ("result", "failed"));
    }
}
