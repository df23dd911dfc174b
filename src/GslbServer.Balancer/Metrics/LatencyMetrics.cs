using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about round trips; there where the balancer has joined the global layer.</summary>
internal sealed class LatencyMetrics(LatencyService latency, LatencyIntake intake, BeaconEndpoints beacon, AssociationJoiner joiner, GlobalLayer layer) : IMetricsSource
{
    public void Write(MetricsText text)
    {
        const string Samples = "gslb_balancer_latency_samples_total";
        text.Family(Samples, "counter", "Round trips of clients, from connections and browsers, by what became of them.");
        foreach (SampleVerdict verdict in Enum.GetValues<SampleVerdict>()) text.Sample(Samples, latency.Collector.CountOf(verdict), ("verdict", MetricsText.Word(verdict)));
        foreach (UncountedConnection why in Enum.GetValues<UncountedConnection>()) text.Sample(Samples, intake.CountOf(why), ("verdict", MetricsText.Word(why)));

        text.Family("gslb_balancer_latency_cells", "gauge", "Client prefixes times regions of which round trips are known.");
        text.Sample("gslb_balancer_latency_cells", latency.Collector.CellCount);
        text.Family("gslb_balancer_latency_cells_evicted_total", "counter", "Cells that gave way to others because there are too many.");
        text.Sample("gslb_balancer_latency_cells_evicted_total", latency.Collector.Evicted);
        text.Family("gslb_balancer_latency_tables_published_total", "counter", "Tables that the own store took, one per epoch.");
        text.Sample("gslb_balancer_latency_tables_published_total", layer.Feed.Published);

        text.Family("gslb_balancer_latency_namesakes_total", "counter", "Tables lost because another process of the same name had told its own.");
        text.Sample("gslb_balancer_latency_namesakes_total", layer.Feed.Namesakes);

        text.Family("gslb_balancer_beacon_reports_total", "counter", "Reports of browsers by what became of them.");
        foreach (BeaconVerdict verdict in Enum.GetValues<BeaconVerdict>()) text.Sample("gslb_balancer_beacon_reports_total", beacon.CountOf(verdict), ("verdict", MetricsText.Word(verdict)));
        text.Family("gslb_balancer_beacon_links_total", "counter", "Reports whose resolver was looked for.");
        text.Sample("gslb_balancer_beacon_links_total", joiner.Linked, ("result", "linked"));
        text.Sample("gslb_balancer_beacon_links_total", joiner.Unlinked, ("result", "unknown"));

        text.Family("gslb_balancer_store_reachable", "gauge", "1 if the last exchange with the store went well, else 0.");
        foreach (StoreStatus store in layer.Feed.Stores) text.Sample("gslb_balancer_store_reachable", store.IsReachable ? 1 : 0, ("store", store.Name));
    }
}
