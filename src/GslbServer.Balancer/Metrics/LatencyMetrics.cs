using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about round trips; there where the balancer has joined the global layer.</summary>
internal sealed class LatencyMetrics(LatencyService latency, LatencyIntake intake, BeaconEndpoints beacon, AssociationJoiner joiner, GlobalLayer layer) : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        const string Samples = "gslb_balancer_latency_samples_total";
        families.Family(Samples, MetricKind.Counter, "Round trips of clients, from connections and browsers, by what became of them.");
        foreach (SampleVerdict verdict in Enum.GetValues<SampleVerdict>()) families.Sample(Samples, latency.Collector.CountOf(verdict), ("verdict", MetricFamilies.Word(verdict)));
        foreach (UncountedConnection why in Enum.GetValues<UncountedConnection>()) families.Sample(Samples, intake.CountOf(why), ("verdict", MetricFamilies.Word(why)));

        families.Family("gslb_balancer_latency_cells", MetricKind.Gauge, "Client prefixes times regions of which round trips are known.");
        families.Sample("gslb_balancer_latency_cells", latency.Collector.CellCount);
        families.Family("gslb_balancer_latency_cells_evicted_total", MetricKind.Counter, "Cells that gave way to others because there are too many.");
        families.Sample("gslb_balancer_latency_cells_evicted_total", latency.Collector.Evicted);
        families.Family("gslb_balancer_latency_tables_published_total", MetricKind.Counter, "Tables that the own store took, one per epoch.");
        families.Sample("gslb_balancer_latency_tables_published_total", layer.Feed.Published);

        families.Family("gslb_balancer_latency_namesakes_total", MetricKind.Counter, "Tables lost because another process of the same name had told its own.");
        families.Sample("gslb_balancer_latency_namesakes_total", layer.Feed.Namesakes);

        families.Family("gslb_balancer_beacon_reports_total", MetricKind.Counter, "Reports of browsers by what became of them.");
        foreach (BeaconVerdict verdict in Enum.GetValues<BeaconVerdict>()) families.Sample("gslb_balancer_beacon_reports_total", beacon.CountOf(verdict), ("verdict", MetricFamilies.Word(verdict)));
        families.Family("gslb_balancer_beacon_links_total", MetricKind.Counter, "Reports whose resolver was looked for.");
        families.Sample("gslb_balancer_beacon_links_total", joiner.Linked, ("result", "linked"));
        families.Sample("gslb_balancer_beacon_links_total", joiner.Unlinked, ("result", "unknown"));

        families.Family("gslb_balancer_store_reachable", MetricKind.Gauge, "1 if the last exchange with the store went well, else 0.");
        foreach (StoreStatus store in layer.Feed.Stores) families.Sample("gslb_balancer_store_reachable", store.IsReachable ? 1 : 0, ("store", store.Name));
    }
}
