using System.Globalization;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The <c>/metrics</c> page.</summary>
internal sealed class MetricsPage(ServingState state, RequestCounters counters, ReloadCounters reloads, IProxyStateLookup proxy, L4Metrics l4, TlsMetrics tls, LatencyMetrics? latency = null, LoadMetrics? load = null)
{
    public Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = MetricsText.ContentType;
        return context.Response.WriteAsync(Text());
    }

    public string Text()
    {
        var text = new MetricsText();
        ClusterState[] clusters = [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)];
        Requests(text, clusters);
        Durations(text);
        Destinations(text, clusters);
        Balancer(text);
        l4.Write(text);
        tls.Write(text);
        latency?.Write(text);
        load?.Write(text);
        return text.ToString();
    }

    private void Requests(MetricsText text, ClusterState[] clusters)
    {
        text.Family("gslb_balancer_requests_total", "counter", "Proxied requests by cluster, destination (none: no destination was available) and status class.");
        foreach (((string cluster, string destination), StatusClasses answers) in counters.Answers)
        {
            foreach ((string status, long count) in answers.Seen)
            {
                text.Sample("gslb_balancer_requests_total", count, ("cluster", cluster), ("destination", destination), ("code", status));
            }
        }

        text.Family("gslb_balancer_requests_in_flight", "gauge", "Requests that a destination is answering now.");
        ForEachDestination(clusters, (cluster, destination) => text.Sample("gslb_balancer_requests_in_flight", destination.ConcurrentRequestCount,
            ("cluster", cluster.ClusterId), ("destination", destination.DestinationId)));
    }

    private void Durations(MetricsText text)
    {
        const string Name = "gslb_balancer_request_duration_seconds";
        text.Family(Name, "histogram", "Time from the head of a request to the end of its answer.");
        foreach ((string cluster, DurationHistogram histogram) in counters.Durations)
        {
            long[] counts = histogram.Counts;
            long sum = 0;
            for (int i = 0; i < DurationHistogram.Bounds.Count; i++)
            {
                sum += counts[i];
                text.Sample(Name + "_bucket", sum, ("cluster", cluster), ("le", DurationHistogram.Bounds[i].ToString(CultureInfo.InvariantCulture)));
            }

            sum += counts[^1];
            text.Sample(Name + "_bucket", sum, ("cluster", cluster), ("le", "+Inf"));
            text.Sample(Name + "_sum", histogram.SumSeconds, ("cluster", cluster));
            text.Sample(Name + "_count", sum, ("cluster", cluster));
        }
    }

    private void Destinations(MetricsText text, ClusterState[] clusters)
    {
        text.Family("gslb_balancer_destination_healthy", "gauge", "1 if the destination takes traffic and is not known to be down, else 0.");
        ForEachDestination(clusters, (cluster, destination) => text.Sample("gslb_balancer_destination_healthy",
            AvailableDestinations.TakesTraffic(destination) && ClusterHealth.IsLive(cluster, destination) ? 1 : 0,
            ("cluster", cluster.ClusterId), ("destination", destination.DestinationId)));

        text.Family("gslb_balancer_destinations", "gauge", "Destinations of a cluster: live, ejected by passive checks, and in total.");
        foreach (ClusterHealth health in clusters.Select(ClusterHealth.Of))
        {
            text.Sample("gslb_balancer_destinations", health.Live, ("cluster", health.Cluster), ("state", "live"));
            text.Sample("gslb_balancer_destinations", health.Ejected, ("cluster", health.Cluster), ("state", "ejected"));
            text.Sample("gslb_balancer_destinations", health.Total, ("cluster", health.Cluster), ("state", "total"));
        }

        text.Family("gslb_balancer_ejections_total", "counter", "Ejections by passive checks.");
        foreach (((string cluster, string destination), long count) in counters.Ejections)
        {
            text.Sample("gslb_balancer_ejections_total", count, ("cluster", cluster), ("destination", destination));
        }
    }

    private void Balancer(MetricsText text)
    {
        text.Family("gslb_balancer_draining", "gauge", "1 from the stop signal on, else 0.");
        text.Sample("gslb_balancer_draining", state.Draining ? 1 : 0);
        text.Family("gslb_balancer_config_reloads_total", "counter", "Reloads of the configuration by result; a refused one leaves the old in force.");
        text.Sample("gslb_balancer_config_reloads_total", reloads.Applied, ("result", "applied"));
        text.Sample("gslb_balancer_config_reloads_total", reloads.Refused, ("result", "refused"));
        text.Family("gslb_balancer_build_info", "gauge", "Always 1; the version is in the label.");
        text.Sample("gslb_balancer_build_info", 1, ("version", ProgramVersion.Text));
    }

    private static void ForEachDestination(ClusterState[] clusters, Action<ClusterState, DestinationState> act)
    {
        foreach (ClusterState cluster in clusters)
        {
            foreach (DestinationState destination in cluster.DestinationsState.AllDestinations) act(cluster, destination);
        }
    }
}
