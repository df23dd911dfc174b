using GslbServer.Dns;

namespace GslbServer;

/// <summary>Zones that come and go, and are updated.</summary>
internal static class TransferMetrics
{
    public static void Add(MetricFamilies families, ZoneExchange zones, ZoneUpdates updates, ZoneSet served, DateTimeOffset utcNow)
    {
        (long whole, long incremental) = zones.Out.Sent;
        families.Counter("gslb_transfers_out_total", "Transfers sent: whole zones and changes", whole, ("kind", "whole"));
        families.Counter("gslb_transfers_out_total", "Transfers sent: whole zones and changes", incremental, ("kind", "incremental"));
        foreach (SecondaryStatus zone in zones.In.Status())
        {
            families.Gauge("gslb_secondary_zone_up", "1 while the zone from primaries is served; 0 when it has expired, or has not come yet", zone.Serial is null ? 0 : 1, ("zone", zone.Zone));
            families.Gauge("gslb_secondary_zone_failing", "1 when no primary could be used the last time they were asked", zone.Problem is null ? 0 : 1, ("zone", zone.Zone));
            if (zone.ExpiresAt is { } expires)
            {
                families.Gauge("gslb_secondary_zone_expires_seconds", "Until the zone expires if no primary is heard", (expires - utcNow).TotalSeconds, ("zone", zone.Zone));
            }
        }

        if (updates.IsOn)
        {
            foreach ((string zone, Rcode rcode, long count) in updates.Counts.Read(served.Zones.Select(zone => zone.Apex)))
            {
                families.Counter("gslb_dns_updates_total", "Dynamic updates (RFC 2136) by how they were answered", count, ("zone", zone), ("rcode", rcode.ToString().ToUpperInvariant()));
            }
        }

        foreach (NotifyStatus one in zones.Notify.Status)
        {
            families.Gauge("gslb_notify_heard", "1 when the server has acknowledged the zone's last serial", one.Heard ? 1 : 0, ("zone", one.Zone), ("server", one.Target));
        }
    }
}
