using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about what keeps failures and overload away from clients.</summary>
internal sealed class ResilienceMetrics(TrafficTable traffic, IProxyStateLookup proxy, PanicWatch panic, TimeProvider time) : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        (string Name, ClusterTraffic Traffic, ClusterSettings Settings)[] clusters =
            [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal).Select(cluster => (cluster.ClusterId, traffic.Of(cluster), traffic.SettingsOf(cluster)))];
        TimeSpan now = time.GetElapsedTime(0);

        Each("gslb_balancer_retries_total", MetricKind.Counter, "Attempts beyond the first.", cluster => cluster.Resilience.Retries);
        Each("gslb_balancer_retries_denied_total", MetricKind.Counter, "Retries that the budget did not allow.", cluster => cluster.Resilience.RetriesDenied);
        families.Family("gslb_balancer_retry_budget", MetricKind.Gauge, "Retries that the budget allows now.");
        foreach ((string name, ClusterTraffic cluster, ClusterSettings settings) in clusters)
        {
            families.Sample("gslb_balancer_retry_budget", cluster.Resilience.Budget.Balance(settings.Retry.BudgetPerSecond, now), ("cluster", name));
        }

        families.Family("gslb_balancer_hedges_total", MetricKind.Counter, "Second backends asked because the first was slow, by whose answer was taken.");
        foreach ((string name, ClusterTraffic cluster, _) in clusters)
        {
            families.Sample("gslb_balancer_hedges_total", cluster.Resilience.HedgesWon, ("cluster", name), ("result", "won"));
            families.Sample("gslb_balancer_hedges_total", cluster.Resilience.Hedges - cluster.Resilience.HedgesWon, ("cluster", name), ("result", "lost"));
        }

        Each("gslb_balancer_pending", MetricKind.Gauge, "Requests that wait for a place in their cluster.", cluster => cluster.Resilience.Admission.Pending);
        Each("gslb_balancer_shed_total", MetricKind.Counter, "Requests refused because the cluster and its queue were full, or the wait too long.", cluster => cluster.Resilience.Admission.Shed);
        Each("gslb_balancer_not_taken_total", MetricKind.Counter, "Requests answered with 503 because no backend took them: breakers open, limits of backends reached.", cluster => cluster.Resilience.Refused);

        families.Family("gslb_balancer_breaker_open", MetricKind.Gauge, "1 while the breaker of a destination (of the whole cluster: *) is not closed, else 0.");
        foreach ((string name, ClusterTraffic cluster, ClusterSettings settings) in clusters)
        {
            if (settings.Breaker.Cluster) families.Sample("gslb_balancer_breaker_open", IsOpen(cluster.Resilience.Breaker), ("cluster", name), ("destination", "*"));
            foreach (DestinationState destination in cluster.Cluster.DestinationsState.AllDestinations)
            {
                families.Sample("gslb_balancer_breaker_open", IsOpen(traffic.Of(destination).Gate.Breaker), ("cluster", name), ("destination", destination.DestinationId));
            }
        }

        Each("gslb_balancer_panicking", MetricKind.Gauge, "1 while so little of the cluster is available that all of it gets traffic, else 0.", cluster => panic.Panics(cluster.Cluster.ClusterId) ? 1 : 0);

        void Each(string family, MetricKind kind, string help, Func<ClusterTraffic, double> value)
        {
            families.Family(family, kind, help);
            foreach ((string name, ClusterTraffic cluster, _) in clusters) families.Sample(family, value(cluster), ("cluster", name));
        }
    }

    private static double IsOpen(CircuitBreaker breaker) => breaker.State == BreakerState.Closed ? 0 : 1;
}
