namespace GslbServer;

/// <summary>Keys for Prometheus.</summary>
internal static class KeyMetrics
{
    public static void Add(MetricFamilies families, KeyKeeper keys, DateTimeOffset now)
    {
        foreach (ZoneKeysView zone in keys.Zones)
        {
            families.Gauge("gslb_dnssec_zone_signed", "1 while any key of the zone is published", zone.Signed ? 1 : 0, ("zone", zone.Zone));
            foreach (KeyView key in zone.Keys.Where(k => k.State != "removed"))
            {
                families.Gauge("gslb_dnssec_key", "1 for each key and the state that it is in", 1, ("zone", zone.Zone), ("tag", $"{key.Tag}"), ("role", key.Role), ("state", key.State));
            }

            if (zone.Keys.Select(k => k.NextAt).Append(zone.NextRoll).Min() is { } next)
            {
                families.Gauge("gslb_dnssec_next_key_event_seconds", "Until something changes in the keys of the zone", (next - now).TotalSeconds, ("zone", zone.Zone));
            }

            if (zone.BundleEnds is { } ends)
            {
                families.Gauge("gslb_dnssec_bundle_remaining_seconds", "Until the signatures over the keys end that were made where the key-signing key is", (ends - now).TotalSeconds, ("zone", zone.Zone));
            }
        }

        families.Gauge("gslb_dnssec_key_errors", "Key files that cannot be used", keys.Errors);
    }
}
