using GslbServer.Steering;

namespace GslbServer;

/// <summary>What was changed and by what the node lives, for Prometheus: reloads, events, overrides, the geo databases, the certificate.</summary>
internal static class ChangeMetrics
{
    public static void Add(MetricFamilies families, Node node)
    {
        families.Counter("gslb_reloads_total", "Reloads of zones and geodata; a refused one changes nothing", node.Observers.Reloads.Applied, ("result", "applied"));
        families.Counter("gslb_reloads_total", "Reloads of zones and geodata; a refused one changes nothing", node.Observers.Reloads.Refused, ("result", "refused"));
        families.Gauge("gslb_last_reload_applied_timestamp_seconds", "When zones and geodata were last read and put in force, in seconds of the Unix epoch", Seconds(node.Observers.Reloads.LastApplied));
        foreach ((string kind, long count) in node.Events.Counts())
        {
            families.Counter("gslb_events_total", "Events of the event stream, by kind", count, ("kind", kind));
        }

        foreach (ActiveOverride active in node.Serving.Current.Steering.Health.Overrides)
        {
            families.Gauge("gslb_override_share_ratio", "Share of client prefixes that an override in force moves now, 0 to 1: percent and ramp applied", active.Share,
                ("target", active.Override.Target), ("state", active.Override.State.ToString().ToLowerInvariant()));
        }

        foreach ((string type, DateTimeOffset built) in node.Serving.Current.Steering.Plan.Geo.Databases)
        {
            families.Gauge("gslb_geo_database_build_timestamp_seconds", "When a geo database in force was built, in seconds of the Unix epoch", Seconds(built), ("database", type));
        }

        if (node.CertificateExpiry is { } expiry)
        {
            families.Gauge("gslb_tls_certificate_expiry_timestamp_seconds", "Until when the certificate of DNS over TLS and HTTPS is valid, in seconds of the Unix epoch", Seconds(expiry));
        }
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
