using GslbServer.Dns;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Everything a node has to say to monitoring: the counts of the query path, and what it knows now.</summary>
internal static class NodeMetrics
{
    public static MetricFamilies Read(Node node, TimeProvider time)
    {
        var families = new MetricFamilies();
        foreach ((string name, string help, (string, string)[] labels, long value) in node.Counters.Read())
        {
            families.Counter(name, help, value, labels);
        }

        AnswerMetrics.Add(families, node.Counters);
        families.Counter("gslb_dns_dropped_total", "Packets without any answer", node.KernelDrops, ("reason", "receive_buffer_full"));
        families.Gauge("gslb_dns_tcp_open_connections", "TCP connections open now, those of TLS and HTTPS among them", node.Connections);
        AddNode(families, node, time);
        AddHealth(families, node.Serving.Current.Steering);
        AddDuties(families, node);
        AddState(families, node, time.GetUtcNow());
        LatencyMetrics.Add(families, node);
        SigningMetrics.Add(families, node.Serving.Current.Zones, node.AnswerSignatures);
        KeyMetrics.Add(families, node.Keys, time.GetUtcNow());
        LoadMetrics.Add(families, node.Serving.Current.Steering);
        TransferMetrics.Add(families, node.Zones, node.Updates, node.Serving.Current.Zones, time.GetUtcNow());
        XdpMetrics.Add(families, node);
        ChangeMetrics.Add(families, node);
        WebhookMetrics.Add(families, node.Observers.Webhooks);
        CaptureMetrics.Add(families, node.Observers.Capture);
        ProcessMetrics.Add(families);
        return families;
    }

    private static void AddNode(MetricFamilies families, Node node, TimeProvider time)
    {
        families.Gauge("gslb_build_info", "Version of this node", 1, ("version", BuildInfo.Version), ("node", node.Options.Node), ("region", node.Options.Region ?? ""));
        families.Gauge("gslb_uptime_seconds", "Since the node started", (time.GetUtcNow() - node.StartedAt).TotalSeconds);
        families.Gauge("gslb_ready", "1 when /readyz answers 200", node.NotReady.Count == 0 ? 1 : 0);
        families.Gauge("gslb_last_reload_successful", "0 while zones and geodata on disk are refused and what was read before stays in force", node.Refused.Count == 0 ? 1 : 0);
        families.Gauge("gslb_probe_lag_seconds", "The longest delay of a probe lately; above a check's cadence this node judges badly", node.ProbeLag.TotalSeconds);
        families.Gauge("gslb_probe_failure_ratio", "Share of probes that lately failed on this node's own path", node.ProbeFailureRate);
        Snapshot snapshot = node.Serving.Current;
        foreach (Zone zone in snapshot.Zones.Zones)
        {
            families.Gauge("gslb_zone_serial", "Serial of the zone in force", zone.Serial, ("zone", zone.Apex.ToString()));
        }

        families.Gauge("gslb_steered_names", "Names that are steered", snapshot.Steering.Plan.Topology.Names.Length);
        families.Gauge("gslb_regions", "Regions of all zones", snapshot.Steering.Plan.Topology.Regions.Length);
    }

    private static void AddHealth(MetricFamilies families, SteeringTable steering)
    {
        Topology topology = steering.Plan.Topology;
        for (int i = 0; i < topology.Monitors.Length && i < steering.Health.Monitors.Length; i++)
        {
            Steering.Monitor monitor = topology.Monitors[i];
            MonitorHealth health = steering.Health.Monitors[i];
            (string, string)[] labels =
            [
                ("region", topology.Regions[monitor.Region].Name), ("check", topology.Checks[monitor.Check].Name),
                ("address", monitor.Address?.ToString() ?? monitor.HostName ?? ""),
            ];
            families.Gauge("gslb_monitor_up", "1 up, 0 down; what is not yet judged counts as up", health.Verdict == Verdict.Down ? 0 : 1, labels);
            families.Gauge("gslb_monitor_suppressed", "1 while it gets no clients because it flaps, unless nothing else serves", health.Damping.IsSuppressed(steering.Health.Now) ? 1 : 0, labels);
            families.Gauge("gslb_monitor_flap_penalty", "RFC 2439 figure of merit: suppressed from 3000 on", health.Damping.PenaltyAt(steering.Health.Now), labels);
            families.Gauge("gslb_monitor_settled", "0 while the verdict may change soon", health.Settled ? 1 : 0, labels);
        }
    }

    private static void AddDuties(MetricFamilies families, Node node)
    {
        HealthTable health = node.Serving.Current.Steering.Health;
        families.Gauge("gslb_monitors", "Endpoints that checks ask, of all zones", health.Monitors.Length);
        families.Gauge("gslb_monitors_own", "Those of them that are this node's to probe", health.Duties?.CountOf(node.Options.Node) ?? health.Monitors.Length);
        families.Gauge("gslb_circuit_held_monitors", "Monitors held up because more than half would have gone down at once, and not unanimously", health.HeldByCircuit);
    }

    private static void AddState(MetricFamilies families, Node node, DateTimeOffset utcNow)
    {
        families.Gauge("gslb_overrides", "Operator overrides in force or scheduled", KnownOverrides.Of(node.Feed, utcNow).Count());
        families.Gauge("gslb_overrides_standing_aside", "Overrides without force that give way at some name because nothing else serves",
            StandingAside.All(node.Serving.Current.Steering).Select(aside => aside.By.Override.Target).Distinct().Count());
        families.Gauge("gslb_regions_held", "Regions that recovered and wait for an undrain (failback=manual)", HeldStatus.All(node.Serving.Current.Steering).Length);
        families.Gauge("gslb_audit_problems", "What is wrong with the copy of the audit trail on disk: altered or missing entries, or that it cannot be written", node.Audit.Problems.Count);
        families.Gauge("gslb_vantages", "Nodes heard of, this one included", node.Feed.Vantages.Count);
        StateMode present = node.Feed.Mode;
        foreach (StateMode mode in Enum.GetValues<StateMode>())
        {
            families.Gauge("gslb_state_mode", "1 for the present mode of the shared state", present == mode ? 1 : 0, ("mode", StatusBuilder.Name(mode)));
        }

        foreach (StoreStatus store in node.Feed.Stores)
        {
            families.Gauge("gslb_store_up", "1 when the store was read in time and took what was to be written", store.IsReachable ? 1 : 0, ("store", store.Name));
            families.Gauge("gslb_store_unreadable_records", "Records at the last reading that were garbage, too long, or of a version not known", store.Unreadable, ("store", store.Name));
            families.Gauge("gslb_store_forged_records", "Records at the last reading that wanted a valid signature", store.Forged, ("store", store.Name));
            families.Gauge("gslb_store_last_read_age_seconds", "Since the store was last read", store.SinceLastRead.TotalSeconds, ("store", store.Name));
        }
    }
}
