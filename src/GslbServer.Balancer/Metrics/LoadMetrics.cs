namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about what the global layer is told of this balancer's load; there where it has joined.</summary>
internal sealed class LoadMetrics(HeartbeatService heartbeats) : IMetricsSource
{
    public void Write(MetricsText text)
    {
        text.Family("gslb_balancer_heartbeats_total", "counter", "Heartbeats by whether the own store took them.");
        text.Sample("gslb_balancer_heartbeats_total", heartbeats.Written, ("result", "written"));
        text.Sample("gslb_balancer_heartbeats_total", heartbeats.Failed, ("result", "failed"));
        if (heartbeats.Last is not { } last) return;
        text.Family("gslb_balancer_utilisation_ratio", "gauge", "How full this balancer is, 1 is full: the highest of requests of capacity, in flight of a limit, processor time.");
        text.Sample("gslb_balancer_utilisation_ratio", last.Utilisation ?? 0);
        text.Family("gslb_balancer_requests_per_second", "gauge", "Requests that came, over the last seconds.");
        text.Sample("gslb_balancer_requests_per_second", last.Rps);
    }
}
