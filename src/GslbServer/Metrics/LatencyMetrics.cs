using GslbServer.Steering;

namespace GslbServer;

/// <summary>Measured latency for Prometheus.</summary>
internal static class LatencyMetrics
{
    public static void Add(PrometheusText text, Node node)
    {
        LatencyLoop latency = node.Latency;
        text.Gauge("gslb_latency_cells", "Prefixes and regions that this node measured itself", latency.Meter.Cells);
        text.Counter("gslb_latency_evicted_cells_total", "Cells that gave way to others because there were too many", latency.Meter.Evicted);
        foreach (SampleVerdict verdict in Enum.GetValues<SampleVerdict>())
        {
            text.Counter("gslb_latency_samples_total", "Round trips seen by this node, by what became of them", latency.Meter.CountOf(verdict), ("verdict", Word(verdict)));
        }

        text.Gauge("gslb_latency_imported_rows", "Round trips that an operator brought to this node", latency.Imported.Count);
        text.Counter("gslb_latency_failures_total", "Epochs whose map could not be decided or put in force", latency.Failures);
        if (latency.Solicitor is { } solicitor)
        {
            text.Counter("gslb_latency_solicited_total", "Truncated answers that asked a resolver over to TCP", solicitor.Solicited);
            text.Counter("gslb_latency_solicited_returned_total", "Resolvers that came over to TCP when asked", solicitor.Returned);
        }

        text.Gauge("gslb_latency_explored_prefixes", "Prefixes that are sent to another region for some minutes, to measure it", latency.Exploration.PrefixCount);
        text.Gauge("gslb_latency_explored_share", "Samples of those prefixes over all samples, 0 to 1", latency.Exploration.Share);
        AddMap(text, latency.Map, latency.MapAge);
        AddExchange(text, node);
    }

    private static void AddMap(PrometheusText text, LatencyMap map, TimeSpan? age)
    {
        text.Gauge("gslb_latency_map_prefixes", "Measured prefixes in the map in force", map.PrefixCount);
        if (age is not { } old)
        {
            return;
        }

        text.Gauge("gslb_latency_map_age_seconds", "Since the end of the epoch that the map in force tells of", old.TotalSeconds);
        text.Gauge("gslb_latency_map_epoch", "Epoch of the map in force", map.Epoch);
        text.Gauge("gslb_latency_map_info", "1, with the hash of the map in force", 1, ("hash", map.Hash));
        text.Gauge("gslb_latency_moved_prefixes", "Prefixes whose first region changed in this epoch", map.Moves);
        text.Gauge("gslb_latency_postponed_prefixes", "Prefixes that would have moved, but for the limit of one epoch", map.Postponed);
        text.Gauge("gslb_latency_geo_invalid_prefixes", "Prefixes whose round trips prove the geo database wrong", map.GeoInvalidCount);
        text.Gauge("gslb_latency_judged_moves", "Moves judged so far", map.Trials.Moved);
        text.Gauge("gslb_latency_reverted_moves", "Of those judged, moves that made it worse and were taken back", map.Trials.Reverted);
        text.Gauge("gslb_latency_predicted_gain_seconds", "Mean gain that estimates promised when moves were made", map.Trials.PredictedGain / 1000);
        text.Gauge("gslb_latency_realised_gain_seconds", "Mean round trip before a move minus after", map.Trials.RealisedGain / 1000);
        text.Gauge("gslb_latency_held_out_drift_seconds", "Mean growth of round trips of those held out, without any move", map.Trials.HeldOutDrift / 1000);
    }

    private static void AddExchange(PrometheusText text, Node node)
    {
        text.Counter("gslb_latency_refused_tables_total", "Tables and maps of others that were damaged, foreign or of a time to come", node.LatencyFeed.Refused);
        text.Counter("gslb_latency_namesakes_total", "Own tables lost because another process of the same name had told its own", node.LatencyFeed.Namesakes);
        text.Counter("gslb_latency_published_tables_total", "Own tables that the store took", node.LatencyFeed.Published);
    }

    /// <summary><c>not_positive</c>.</summary>
    private static string Word(SampleVerdict verdict)
        => string.Concat(verdict.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
