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

    public void Write(MetricsText text)
    {
        ClusterState[] clusters = [.. proxy.GetClusters().OrderBy(cluster => cluster.ClusterId, StringComparer.Ordinal)];
        (ClusterState Cluster, DestinationState Destination)[] destinations = [.. clusters.SelectMany(cluster => cluster.DestinationsState.AllDestinations.Select(destination => (cluster, destination)))];
        RouteTraffic[] routes = [.. proxy.GetRoutes().Select(traffic.Of).DistinctBy(route => route.RouteId).OrderBy(route => route.RouteId, StringComparer.Ordinal)];
        Answers(text, clusters, destinations, routes);
        InFlight(text, clusters, destinations, routes);
        Durations(text, "gslb_balancer_request_duration_seconds", "gslb_balancer_request_duration_quantile_seconds", "Time from the head of a request to the end of its answer, by cluster.",
            clusters.Select(cluster => new Owner(traffic.Of(cluster).Counts, ("cluster", cluster.ClusterId))));
        Durations(text, "gslb_balancer_destination_request_duration_seconds", "gslb_balancer_destination_request_duration_quantile_seconds", "The same by destination.",
            destinations.Select(of => new Owner(traffic.Of(of.Destination).Counts, ("cluster", of.Cluster.ClusterId), ("destination", of.Destination.DestinationId))));
        Durations(text, "gslb_balancer_route_request_duration_seconds", "gslb_balancer_route_request_duration_quantile_seconds", "The same by route.",
            routes.Select(route => new Owner(route.Counts, ("route", route.RouteId))));
    }

    private void Answers(MetricsText text, ClusterState[] clusters, (ClusterState, DestinationState)[] destinations, RouteTraffic[] routes)
    {
        text.Family("gslb_balancer_requests_total", "counter", "Proxied requests by cluster, destination (none: no destination was available) and status class.");
        foreach ((ClusterState cluster, DestinationState destination) in destinations)
        {
            foreach ((string status, long count) in traffic.Of(destination).Counts.Answers.Seen)
            {
                text.Sample("gslb_balancer_requests_total", count, ("cluster", cluster.ClusterId), ("destination", destination.DestinationId), ("code", status));
            }
        }

        foreach (ClusterState cluster in clusters)
        {
            foreach ((string status, long count) in traffic.Of(cluster).Unassigned.Seen)
            {
                text.Sample("gslb_balancer_requests_total", count, ("cluster", cluster.ClusterId), ("destination", RequestCounters.NoDestination), ("code", status));
            }
        }

        text.Family("gslb_balancer_route_requests_total", "counter", "Requests by route and status class, those too that the route's guards turned away.");
        foreach (RouteTraffic route in routes)
        {
            foreach ((string status, long count) in route.Counts.Answers.Seen) text.Sample("gslb_balancer_route_requests_total", count, ("route", route.RouteId), ("code", status));
        }
    }

    private void InFlight(MetricsText text, ClusterState[] clusters, (ClusterState, DestinationState)[] destinations, RouteTraffic[] routes)
    {
        text.Family("gslb_balancer_requests_in_flight", "gauge", "Requests that a destination is answering now.");
        foreach ((ClusterState cluster, DestinationState destination) in destinations)
        {
            text.Sample("gslb_balancer_requests_in_flight", destination.ConcurrentRequestCount, ("cluster", cluster.ClusterId), ("destination", destination.DestinationId));
        }

        text.Family("gslb_balancer_cluster_requests_in_flight", "gauge", "The same, of a cluster's destinations together.");
        foreach (ClusterState cluster in clusters)
        {
            text.Sample("gslb_balancer_cluster_requests_in_flight", cluster.DestinationsState.AllDestinations.Sum(destination => destination.ConcurrentRequestCount), ("cluster", cluster.ClusterId));
        }

        text.Family("gslb_balancer_route_requests_in_flight", "gauge", "Requests of a route that are not answered yet, waiting ones too.");
        foreach (RouteTraffic route in routes) text.Sample("gslb_balancer_route_requests_in_flight", route.InFlight.Sum(0), ("route", route.RouteId));
        text.Family("gslb_balancer_in_flight", "gauge", "Requests that are not answered yet.");
        text.Sample("gslb_balancer_in_flight", counters.InFlight);
    }

    private void Durations(MetricsText text, string name, string quantiles, string help, IEnumerable<Owner> owners)
    {
        TimeSpan now = time.GetElapsedTime(0);
        (Owner Owner, long[] Counts)[] all = [.. owners.Select(owner => (owner, owner.Traffic.Durations.Counts)).Where(pair => pair.Counts.Any(count => count > 0))];
        text.Family(name, "histogram", help);
        foreach ((int i, (Owner owner, long[] counts)) in all.Index()) Histogram(text, name, owner, counts, isWhole: i < MostHistograms);
        text.Family(quantiles, "gauge", "Of the last half to whole minute, or since this page was read before.");
        foreach ((Owner owner, long[] counts) in all)
        {
            long[] recent = owner.Traffic.Recent.Since(counts, now);
            foreach (double quantile in Quantiles)
            {
                if (DurationHistogram.Quantile(recent, quantile) is { } seconds)
                    text.Sample(quantiles, Math.Round(seconds, 6), [.. owner.Labels, ("quantile", quantile.ToString(CultureInfo.InvariantCulture))]);
            }
        }
    }

    private static void Histogram(MetricsText text, string name, Owner owner, long[] counts, bool isWhole)
    {
        long sum = 0;
        int told = 0;
        for (int i = 0; isWhole && told < DurationHistogram.ToldBounds.Count; i++)
        {
            sum += counts[i];
            double bound = DurationHistogram.Bounds[i];
            if (bound < DurationHistogram.ToldBounds[told]) continue;
            text.Sample(name + "_bucket", sum, [.. owner.Labels, ("le", bound.ToString(CultureInfo.InvariantCulture))]);
            told++;
        }

        long all = counts.Sum();
        if (isWhole) text.Sample(name + "_bucket", all, [.. owner.Labels, ("le", "+Inf")]);
        text.Sample(name + "_sum", owner.Traffic.Durations.SumSeconds, owner.Labels);
        text.Sample(name + "_count", all, owner.Labels);
    }

    private sealed record Owner(TrafficCounts Traffic, params (string Name, string Value)[] Labels);
}
