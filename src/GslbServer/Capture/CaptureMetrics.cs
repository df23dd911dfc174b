namespace GslbServer;

/// <summary>What became of captured queries, for Prometheus; where any are captured.</summary>
internal static class CaptureMetrics
{
    public static void Add(MetricFamilies families, QueryCapture? capture)
    {
        if (capture is null)
        {
            return;
        }

        const string written = "Entries of the query log and of dnstap that were written; of dnstap two for a query with a response";
        const string dropped = "Entries that were lost: more came than a file or a reader took (query_log, dnstap), or than could be taken from a serving thread (ring)";
        foreach ((string sink, long count, long lost) in capture.Counts())
        {
            families.Counter("gslb_capture_written_total", written, count, ("sink", sink));
            families.Counter("gslb_capture_dropped_total", dropped, lost, ("at", sink));
        }

        families.Counter("gslb_capture_dropped_total", dropped, capture.Overrun, ("at", "ring"));
    }
}
