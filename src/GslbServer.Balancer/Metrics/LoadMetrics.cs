namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about what the global layer is told of this balancer's load; there where it has joined.</summary>
internal sealed class LoadMetrics(HeartbeatService heartbeats) : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        families.Family("gslb_balancer_heartbeats_total", MetricKind.Counter, "Heartbeats by whether the own store took them.");
        families.Sample("gslb_balancer_heartbeats_total", heartbeats.Written, ("result", "written"));
        families.Sample("gslb_balancer_heartbeats_total", heartbeats.Failed, ("result", "failed"));
        if (heartbeats.Last is not { } last) return;
        families.Family("gslb_balancer_utilisation_ratio", MetricKind.Gauge, "How full this balancer is, 1 is full: the highest of requests of capacity, in flight of a limit, processor time.");
        families.Sample("gslb_balancer_utilisation_ratio", last.Utilisation ?? 0);
        families.Family("gslb_balancer_requests_per_second", MetricKind.Gauge, "Requests that came, over the last seconds.");
        families.Sample("gslb_balancer_requests_per_second", last.Rps);
    }
}
