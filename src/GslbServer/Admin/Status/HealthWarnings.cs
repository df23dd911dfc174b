using GslbServer.Steering;

namespace GslbServer;

/// <summary>What is amiss with verdicts and those who give them.</summary>
internal static class HealthWarnings
{
    public static IEnumerable<string> Of(SteeringTable steering, IReadOnlyList<VantageStatus> nodes, TimeSpan now)
    {
        Topology topology = steering.Plan.Topology;
        HealthTable health = steering.Health;
        for (int i = 0; i < health.Monitors.Length; i++)
        {
            Steering.Monitor monitor = topology.Monitors[i];
            if (health.Monitors[i].Damping.IsSuppressed(now))
            {
                yield return $"{topology.Regions[monitor.Region].Label} ({monitor.Address?.ToString() ?? monitor.HostName}) flaps: {health.Monitors[i].Damping.Describe(now)}";
            }
        }

        if (health.HeldByCircuit > 0)
        {
            yield return $"{health.HeldByCircuit} monitors are held up: more than half would have gone down within {MassFlip.Window.TotalSeconds:0} s, and not every vantage sees it";
        }

        TimeSpan shortest = topology.Checks.Length == 0 ? TimeSpan.MaxValue : topology.Checks.Min(check => check.Every);
        foreach (VantageStatus node in nodes.Where(n => !n.Leaving && TimeSpan.FromSeconds(n.ProbeLagSeconds) > shortest))
        {
            yield return $"node {node.Node} probes up to {node.ProbeLagSeconds:0.0} s late and abstains from verdicts on checks that are more frequent";
        }
    }
}
