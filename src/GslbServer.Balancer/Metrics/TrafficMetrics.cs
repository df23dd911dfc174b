using System.Globalization;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about requests: how many, with what status, how long.</summary>
internal sealed class TrafficMetrics(RequestCounters counters, IProxyStateLookup proxy) : IMetricsSource
{
    public void Write(MetricsText text)
    {
        ClusterState[] clusters = [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)];
        text.Family("gslb_balancer_requests_total", "counter", "Proxied requests by cluster, destination (none: no destination was available) and status class.");
        foreach (((string cluster, string destination), StatusClasses answers) in counters.Answers)
        {
            foreach ((string status, long count) in answers.Seen)
            {
                text.Sample("gslb_balancer_requests_total", count, ("cluster", cluster), ("destination", destination), ("code", status));
            }
        }

        text.Family("gslb_balancer_requests_in_flight", "gauge", "Requests that a destination is answering now.");
        foreach (ClusterState cluster in clusters)
        {
            foreach (DestinationState destination in cluster.DestinationsState.AllDestinations)
            {
                text.Sample("gslb_balancer_requests_in_flight", destination.ConcurrentRequestCount, ("cluster", cluster.ClusterId), ("destination", destination.DestinationId));
            }
        }

        Durations(text);
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
}
