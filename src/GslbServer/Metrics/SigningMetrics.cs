using GslbServer.Dns;

namespace GslbServer;

/// <summary>Signatures, for Prometheus.</summary>
internal static class SigningMetrics
{
    public static void Add(MetricFamilies families, ZoneSet zones, AnswerSignatures answers)
    {
        families.Counter("gslb_dnssec_signatures_total", "Signatures made while somebody waited: steered answers nobody asked for before, and denials made one by one", answers.Made);
        families.Counter("gslb_dnssec_refused_total", "Answers that were SERVFAIL because the budget of signatures was spent", answers.Refused);
        families.Gauge("gslb_dnssec_kept_signatures", "Signatures of answers kept for those who ask again", answers.Count);
        foreach (Zone zone in zones.Zones)
        {
            if (zone.Signatures is { } signed)
            {
                families.Gauge("gslb_dnssec_refresh_timestamp_seconds", "From then on signatures of the zone have less than half of their validity left; in the past, signing is stuck",
                    signed.RefreshAt.ToUnixTimeSeconds(), ("zone", zone.Apex.ToString()));
                families.Gauge("gslb_dnssec_signature_expiry_timestamp_seconds", "When the first signature of the zone expires, in seconds of the Unix epoch",
                    (signed.RefreshAt + signed.Keys.Times.RefreshBelow).ToUnixTimeSeconds(), ("zone", zone.Apex.ToString()));
            }
        }
    }
}
