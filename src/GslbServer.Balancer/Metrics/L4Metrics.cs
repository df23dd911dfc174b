namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about what is passed on below HTTP; there where anything is.</summary>
internal sealed class L4Metrics(L4Service service) : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        (L4Listener Listener, L4Pool Pool, L4Target Target)[] all = [.. from listener in service.Listeners
            from pool in listener.InForce.Pools from target in pool.Targets select (listener, pool, target)];
        if (all.Length == 0) return;
        Family("gslb_balancer_l4_connections_total", MetricKind.Counter, "Connections that a destination took; of UDP sessions that it answered.", (_, target) => target.Connections);
        Family("gslb_balancer_l4_connections_active", MetricKind.Gauge, "Connections and sessions open now.", (_, target) => target.Active);
        Family("gslb_balancer_l4_connect_failures_total", MetricKind.Counter, "Connections that a destination did not take; they were tried elsewhere.", (_, target) => target.Failures);
        Family("gslb_balancer_l4_sent_bytes_total", MetricKind.Counter, "Octets from clients to destinations.", (_, target) => target.Sent.Value);
        Family("gslb_balancer_l4_received_bytes_total", MetricKind.Counter, "Octets from destinations to clients.", (_, target) => target.Received.Value);
        Family("gslb_balancer_l4_destination_healthy", MetricKind.Gauge, "1 if the destination takes new connections and is not known to be down, else 0.",
            (listener, target) => L4Listener.IsLive(listener.InForce, target, listener.Now) ? 1 : 0);
        families.Family("gslb_balancer_l4_refused_total", MetricKind.Counter, "Connections, and datagrams of UDP, that went nowhere.");
        foreach (L4Listener listener in service.Listeners)
        {
            foreach (L4Refusal why in Enum.GetValues<L4Refusal>()) families.Sample("gslb_balancer_l4_refused_total", listener.CountOf(why), ("listener", listener.Name), ("reason", MetricFamilies.Word(why)));
        }

        void Family(string name, MetricKind kind, string help, Func<L4Listener, L4Target, double> value)
        {
            families.Family(name, kind, help);
            foreach ((L4Listener listener, L4Pool pool, L4Target target) in all) families.Sample(name, value(listener, target), ("pool", pool.Name), ("destination", target.Name));
        }
    }
}
