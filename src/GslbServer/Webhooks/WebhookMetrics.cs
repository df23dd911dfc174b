using System.Globalization;

namespace GslbServer;

/// <summary>Deliveries to webhooks, for Prometheus; where there are any.</summary>
internal static class WebhookMetrics
{
    public static void Add(MetricFamilies families, Webhooks webhooks)
    {
        const string deliveries = "Events by what became of them: taken by the webhook (sent), not taken in any try (failed), or pushed out of its queue by others (dropped)";
        foreach ((int i, WebhookEndpoint endpoint) in webhooks.Endpoints.Index())
        {
            (long sent, long failed, long dropped, long retries, int waiting) = endpoint.Counts;
            (string, string) of = ("webhook", string.Create(CultureInfo.InvariantCulture, $"{i + 1} {endpoint.Host}"));
            families.Counter("gslb_webhook_deliveries_total", deliveries, sent, of, ("result", "sent"));
            families.Counter("gslb_webhook_deliveries_total", deliveries, failed, of, ("result", "failed"));
            families.Counter("gslb_webhook_deliveries_total", deliveries, dropped, of, ("result", "dropped"));
            families.Counter("gslb_webhook_retries_total", "Deliveries that were tried again", retries, of);
            families.Gauge("gslb_webhook_waiting", "Events that wait for their delivery", waiting, of);
        }

        if (webhooks.Endpoints.Count > 0)
        {
            families.Counter("gslb_webhook_left_total", "Events that another node of the cluster told", webhooks.LeftToOthers);
        }
    }
}
