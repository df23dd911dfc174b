namespace GslbServer.Balancer;

/// <summary>The part of the metrics page about the process itself.</summary>
internal sealed class BalancerMetrics(ServingState state, ReloadCounters reloads) : IMetricsSource
{
    public void Write(MetricsText text)
    {
        text.Family("gslb_balancer_draining", "gauge", "1 from the stop signal on, else 0.");
        text.Sample("gslb_balancer_draining", state.Draining ? 1 : 0);
        text.Family("gslb_balancer_config_reloads_total", "counter", "Reloads of the configuration by result; a refused one leaves the old in force.");
        text.Sample("gslb_balancer_config_reloads_total", reloads.Applied, ("result", "applied"));
        text.Sample("gslb_balancer_config_reloads_total", reloads.Refused, ("result", "refused"));
        text.Family("gslb_balancer_build_info", "gauge", "Always 1; the version is in the label.");
        text.Sample("gslb_balancer_build_info", 1, ("version", ProgramVersion.Text));
    }
}
