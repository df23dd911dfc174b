using System.Globalization;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about requests: how many, with what status, how long; by cluster, destination and route.</summary>
internal sealed class TrafficMetrics(RequestCounters counters, TrafficTable traffic, IProxyStateLookup proxy, TimeProvider time) : IMetricsSource
{
    /// <summary>Histograms of so many destinations, and of so many routes, are told; beyond, only their count and sum are, lest the page grow without bound.</summary>
    private const int MostHistograms = 1000;

    private static readonly double[] Quantiles = [0.5, 0.95, 0.99];

    public void Write(MetricFamilies families)
    {
        ClusterState[] clusters = [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)];
        (ClusterState Cluster, DestinationState Destination)[] destinations = [.. clusters.SelectMany(cluster => cluster.DestinationsState.AllDestinations.Select(destination => (cluster, destination)))];
        RouteTraffic[] routes = [.. proxy.GetRoutes().Select(traffic.Of).DistinctBy(route => route.RouteId).OrderBy(route => route.RouteId, StringComparer.Ordinal)];
        Answers(families, clusters, destinations, routes);
        InFlight(families, clusters, destinations, routes);
        Durations(families, "gslb_balancer_request_duration_seconds", "gslb_balancer_request_duration_quantile_seconds", "Time from the head of a request to the end of its answer, by cluster.",
            clusters.Select(cluster => new Owner(traffic.Of(cluster).Counts, ("cluster", cluster.ClusterId))));
        Durations(families, "gslb_balancer_destination_request_duration_seconds", "gslb_balancer_destination_request_duration_quantile_seconds", "The same by destination.",
            destinations.Select(of => new Owner(traffic.Of(of.Destination).Counts, ("cluster", of.Cluster.ClusterId), ("destination", of.Destination.DestinationId))));
        Durations(families, "gslb_balancer_route_request_duration_seconds", "gslb_balancer_route_request_duration_quantile_seconds", "The same by route.",
            routes.Select(route => new Owner(route.Counts, ("route", route.RouteId))));
    }

    private void Answers(MetricFamilies families, ClusterState[] clusters, (ClusterState, DestinationState)[] destinations, RouteTraffic[] routes)
    {
        families.Family("gslb_balancer_requests_total", MetricKind.Counter, "Proxied requests by cluster, destination (none: no destination was available) and status class.");
        foreach ((ClusterState cluster, DestinationState destination) in destinations)
        {
            foreach ((string status, long count) in traffic.Of(destination).Counts.Answers.Seen)
            {
                families.Sample("gslb_balancer_requests_total", count, ("cluster", cluster.ClusterId), ("destination", destination.DestinationId), ("code", status));
            }
        }

        foreach (ClusterState cluster in clusters)
        {
            foreach ((string status, long count) in traffic.Of(cluster).Unassigned.Seen)
            {
                families.Sample("gslb_balancer_requests_total", count, ("cluster", cluster.ClusterId), ("destination", RequestCounters.NoDestination), ("code", status));
            }
        }

        families.Family("gslb_balancer_route_requests_total", MetricKind.Counter, "Requests by route and status class, those too that the route's guards turned away.");
        foreach (RouteTraffic route in routes)
        {
            foreach ((string status, long count) in route.Counts.Answers.Seen) families.Sample("gslb_balancer_route_requests_total", count, ("route", route.RouteId), ("code", status));
        }
    }

    private void InFlight(MetricFamilies families, ClusterState[] clusters, (ClusterState, DestinationState)[] destinations, RouteTraffic[] routes)
    {
        families.Family("gslb_balancer_requests_in_flight", MetricKind.Gauge, "Requests that a destination is answering now.");
        foreach ((ClusterState cluster, DestinationState destination) in destinations)
        {
            families.Sample("gslb_balancer_requests_in_flight", destination.ConcurrentRequestCount, ("cluster", cluster.ClusterId), ("destination", destination.DestinationId));
        }

        families.Family("gslb_balancer_cluster_requests_in_flight", MetricKind.Gauge, "The same, of a cluster's destinations together.");
        foreach (ClusterState cluster in clusters)
        {
            families.Sample("gslb_balancer_cluster_requests_in_flight", cluster.DestinationsState.AllDestinations.Sum(destination => destination.ConcurrentRequestCount), ("cluster", cluster.ClusterId));
        }

        families.Family("gslb_balancer_route_requests_in_flight", MetricKind.Gauge, "Requests of a route that are not answered yet, waiting ones too.");
        foreach (RouteTraffic route in routes) families.Sample("gslb_balancer_route_requests_in_flight", route.InFlight.Sum(0), ("route", route.RouteId));
        families.Family("gslb_balancer_in_flight", MetricKind.Gauge, "Requests that are not answered yet.");
        families.Sample("gslb_balancer_in_flight", counters.InFlight);
    }

    private void Durations(MetricFamilies families, string name, string quantiles, string help, IEnumerable<Owner> owners)
    {
        TimeSpan now = time.GetElapsedTime(0);
        (Owner Owner, long[] Counts)[] all = [.. owners.Select(owner => (owner, owner.Traffic.Durations.Counts)).Where(pair => pair.Counts.Any(count => count > 0))];
        families.Family(name, MetricKind.Histogram, help);
        foreach ((int i, (Owner owner, long[] counts)) in all.Index()) Histogram(families, name, help, owner, counts, isWhole: i < MostHistograms);
        families.Family(quantiles, MetricKind.Summary, "Of the last half to whole minute, or since this page was read before.");
        foreach ((Owner owner, long[] counts) in all)
        {
            long[] recent = owner.Traffic.Recent.Since(counts, now);
            foreach (double quantile in Quantiles)
            {
                if (DurationHistogram.Quantile(recent, quantile) is { } seconds)
                    families.Sample(quantiles, Math.Round(seconds, 6), [.. owner.Labels, ("quantile", quantile.ToString(CultureInfo.InvariantCulture))]);
            }
        }
    }

    private static void Histogram(MetricFamilies families, string name, string help, Owner owner, long[] counts, bool isWhole)
    {
        List<(double, double)> buckets = [];
        long sum = 0;
        for (int i = 0; isWhole && buckets.Count < DurationHistogram.ToldBounds.Count; i++)
        {
            sum += counts[i];
            double bound = DurationHistogram.Bounds[i];
            if (bound < DurationHistogram.ToldBounds[buckets.Count]) continue;
            buckets.Add((bound, sum));
            sum = 0;
        }

        double above = counts.Sum() - buckets.Sum(bucket => bucket.Item2);
        families.Histogram(name, help, buckets, above, owner.Traffic.Durations.SumSeconds, owner.Labels);
    }

    private sealed record Owner(TrafficCounts Traffic, params (string Name, string Value)[] Labels);
}
