using GslbServer.Steering;

namespace GslbServer;

/// <summary>Measured latency for Prometheus.</summary>
internal static class LatencyMetrics
{
    public static void Add(MetricFamilies families, Node node)
    {
        LatencyLoop latency = node.Latency;
        families.Gauge("gslb_latency_cells", "Prefixes and regions that this node measured itself", latency.Meter.Cells);
        families.Counter("gslb_latency_evicted_cells_total", "Cells that gave way to others because there were too many", latency.Meter.Evicted);
        foreach (SampleVerdict verdict in Enum.GetValues<SampleVerdict>())
        {
            families.Counter("gslb_latency_samples_total", "Round trips seen by this node, by what became of them", latency.Meter.CountOf(verdict), ("verdict", Word(verdict)));
        }

        families.Gauge("gslb_latency_imported_rows", "Round trips that an operator brought to this node", latency.Imported.Count);
        families.Counter("gslb_latency_failures_total", "Epochs whose map could not be decided or put in force", latency.Failures);
        if (latency.Solicitor is { } solicitor)
        {
            families.Counter("gslb_latency_solicited_total", "Truncated answers that asked a resolver over to TCP", solicitor.Solicited);
            families.Counter("gslb_latency_solicited_returned_total", "Resolvers that came over to TCP when asked", solicitor.Returned);
        }

        families.Gauge("gslb_latency_explored_prefixes", "Prefixes that are sent to another region for some minutes, to measure it", latency.Exploration.PrefixCount);
        families.Gauge("gslb_latency_explored_share", "Samples of those prefixes over all samples, 0 to 1", latency.Exploration.Share);
        AddMap(families, latency.Map, latency.MapAge);
        AddExchange(families, node);
    }

    private static void AddMap(MetricFamilies families, LatencyMap map, TimeSpan? age)
    {
        families.Gauge("gslb_latency_map_prefixes", "Measured prefixes in the map in force", map.PrefixCount);
        if (age is not { } old)
        {
            return;
        }

        families.Gauge("gslb_latency_map_age_seconds", "Since the end of the epoch that the map in force tells of", old.TotalSeconds);
        families.Gauge("gslb_latency_map_epoch", "Epoch of the map in force", map.Epoch);
        families.Gauge("gslb_latency_map_info", "1, with the hash of the map in force", 1, ("hash", map.Hash));
        families.Gauge("gslb_latency_moved_prefixes", "Prefixes whose first region changed in this epoch", map.Moves);
        families.Gauge("gslb_latency_postponed_prefixes", "Prefixes that would have moved, but for the limit of one epoch", map.Postponed);
        families.Gauge("gslb_latency_geo_invalid_prefixes", "Prefixes whose round trips prove the geo database wrong", map.GeoInvalidCount);
        families.Gauge("gslb_latency_judged_moves", "Moves judged so far", map.Trials.Moved);
        families.Gauge("gslb_latency_reverted_moves", "Of those judged, moves that made it worse and were taken back", map.Trials.Reverted);
        families.Gauge("gslb_latency_predicted_gain_seconds", "Mean gain that estimates promised when moves were made", map.Trials.PredictedGain / 1000);
        families.Gauge("gslb_latency_realised_gain_seconds", "Mean round trip before a move minus after", map.Trials.RealisedGain / 1000);
        families.Gauge("gslb_latency_held_out_drift_seconds", "Mean growth of round trips of those held out, without any move", map.Trials.HeldOutDrift / 1000);
    }

    private static void AddExchange(MetricFamilies families, Node node)
    {
        families.Counter("gslb_latency_refused_tables_total", "Tables and maps of others that were damaged, foreign or of a time to come", node.LatencyFeed.Refused);
        families.Counter("gslb_latency_namesakes_total", "Own tables lost because another process of the same name had told its own", node.LatencyFeed.Namesakes);
        families.Counter("gslb_latency_published_tables_total", "Own tables that the store took", node.LatencyFeed.Published);
    }

    /// <summary><c>not_positive</c>.</summary>
    private static string Word(SampleVerdict verdict)
        => string.Concat(verdict.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
