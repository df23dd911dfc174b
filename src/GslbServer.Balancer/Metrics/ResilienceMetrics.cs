using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about what keeps failures and overload away from clients.</summary>
internal sealed class ResilienceMetrics(TrafficTable traffic, IProxyStateLookup proxy, PanicWatch panic, TimeProvider time) : IMetricsSource
{
    public void Write(MetricsText text)
    {
        (string Name, ClusterTraffic Traffic, ClusterSettings Settings)[] clusters =
            [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal).Select(cluster => (cluster.ClusterId, traffic.Of(cluster), traffic.SettingsOf(cluster)))];
        TimeSpan now = time.GetElapsedTime(0);

        Each("gslb_balancer_retries_total", "counter", "Attempts beyond the first.", cluster => cluster.Resilience.Retries);
        Each("gslb_balancer_retries_denied_total", "counter", "Retries that the budget did not allow.", cluster => cluster.Resilience.RetriesDenied);
        text.Family("gslb_balancer_retry_budget", "gauge", "Retries that the budget allows now.");
        foreach ((string name, ClusterTraffic cluster, ClusterSettings settings) in clusters)
        {
            text.Sample("gslb_balancer_retry_budget", cluster.Resilience.Budget.Balance(settings.Retry.BudgetPerSecond, now), ("cluster", name));
        }

        text.Family("gslb_balancer_hedges_total", "counter", "Second backends asked because the first was slow, by whose answer was taken.");
        foreach ((string name, ClusterTraffic cluster, _) in clusters)
        {
            text.Sample("gslb_balancer_hedges_total", cluster.Resilience.HedgesWon, ("cluster", name), ("result", "won"));
            text.Sample("gslb_balancer_hedges_total", cluster.Resilience.Hedges - cluster.Resilience.HedgesWon, ("cluster", name), ("result", "lost"));
        }

        Each("gslb_balancer_pending", "gauge", "Requests that wait for a place in their cluster.", cluster => cluster.Resilience.Admission.Pending);
        Each("gslb_balancer_shed_total", "counter", "Requests refused because the cluster and its queue were full, or the wait too long.", cluster => cluster.Resilience.Admission.Shed);
        Each("gslb_balancer_not_taken_total", "counter", "Requests answered with 503 because no backend took them: breakers open, limits of backends reached.", cluster => cluster.Resilience.Refused);

        text.Family("gslb_balancer_breaker_open", "gauge", "1 while the breaker of a destination (of the whole cluster: *) is not closed, else 0.");
        foreach ((string name, ClusterTraffic cluster, ClusterSettings settings) in clusters)
        {
            if (settings.Breaker.Cluster) text.Sample("gslb_balancer_breaker_open", IsOpen(cluster.Resilience.Breaker), ("cluster", name), ("destination", "*"));
            foreach (DestinationState destination in cluster.Cluster.DestinationsState.AllDestinations)
            {
                text.Sample("gslb_balancer_breaker_open", IsOpen(traffic.Of(destination).Gate.Breaker), ("cluster", name), ("destination", destination.DestinationId));
            }
        }

        Each("gslb_balancer_panicking", "gauge", "1 while so little of the cluster is available that all of it gets traffic, else 0.", cluster => panic.Panics(cluster.Cluster.ClusterId) ? 1 : 0);

        void Each(string family, string type, string help, Func<ClusterTraffic, double> value)
        {
            text.Family(family, type, help);
            foreach ((string name, ClusterTraffic cluster, _) in clusters) text.Sample(family, value(cluster), ("cluster", name));
        }
    }

    private static double IsOpen(CircuitBreaker breaker) => breaker.State == BreakerState.Closed ? 0 : 1;
}
