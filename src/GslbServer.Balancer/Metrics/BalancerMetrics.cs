namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about the process itself.</summary>
internal sealed class BalancerMetrics(ServingState state, ReloadCounters reloads) : IMetricsSource
{
    public void Write(MetricFamilies families)
    {
        families.Family("gslb_balancer_draining", MetricKind.Gauge, "1 from the stop signal on, else 0.");
        families.Sample("gslb_balancer_draining", state.Draining ? 1 : 0);
        families.Family("gslb_balancer_config_reloads_total", MetricKind.Counter, "Reloads of the configuration by result; a refused one leaves the old in force.");
        families.Sample("gslb_balancer_config_reloads_total", reloads.Applied, ("result", "applied"));
        families.Sample("gslb_balancer_config_reloads_total", reloads.Refused, ("result", "refused"));
        families.Family("gslb_balancer_build_info", MetricKind.Gauge, "Always 1; the version is in the label.");
        families.Sample("gslb_balancer_build_info", 1, ("version", ProgramVersion.Text));
    }
}
