using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about destinations: which of them serve.</summary>
internal sealed class HealthMetrics(RequestCounters counters, IProxyStateLookup proxy) : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        ClusterState[] clusters = [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)];
        families.Family("gslb_balancer_destination_healthy", MetricKind.Gauge, "1 if the destination takes traffic and is not known to be down, else 0.");
        foreach (ClusterState cluster in clusters)
        {
            foreach (DestinationState destination in cluster.DestinationsState.AllDestinations)
            {
                bool isHealthy = AvailableDestinations.TakesTraffic(destination) && ClusterHealth.IsLive(cluster, destination);
                families.Sample("gslb_balancer_destination_healthy", isHealthy ? 1 : 0, ("cluster", cluster.ClusterId), ("destination", destination.DestinationId));
            }
        }

        families.Family("gslb_balancer_destinations", MetricKind.Gauge, "Destinations of a cluster: live, ejected by passive checks, and in total.");
        foreach (ClusterHealth health in clusters.Select(ClusterHealth.Of))
        {
            families.Sample("gslb_balancer_destinations", health.Live, ("cluster", health.Cluster), ("state", "live"));
            families.Sample("gslb_balancer_destinations", health.Ejected, ("cluster", health.Cluster), ("state", "ejected"));
            families.Sample("gslb_balancer_destinations", health.Total, ("cluster", health.Cluster), ("state", "total"));
        }

        families.Family("gslb_balancer_ejections_total", MetricKind.Counter, "Ejections by passive checks.");
        foreach (((string cluster, string destination), long count) in counters.Ejections)
        {
            families.Sample("gslb_balancer_ejections_total", count, ("cluster", cluster), ("destination", destination));
        }
    }
}
