using GslbServer.Steering;

namespace GslbServer;

/// <summary>Each region with every address that a check asks, the verdict on it and who sees what.</summary>
internal static class RegionStatusBuilder
{
    public static RegionStatus[] Build(SteeringTable steering, IReadOnlyList<VantageView> vantages, IReadOnlyList<OperatorOverride> overrides, TimeSpan now)
    {
        Topology topology = steering.Plan.Topology;
        (string Target, OverrideTarget? Means)[] targets = [.. overrides.Select(o => (o.Target, OverrideTarget.Read(o.Target, topology, out _)))];
        ILookup<string, ObservationStatus> observations = vantages
            .SelectMany(v => v.Report.Observations.Select(o => (o.Monitor, Status: new ObservationStatus(v.Report.Node, Word(o.Verdict), o.Streak,
                Math.Round(o.RttMilliseconds, 3), o.Detail))))
            .ToLookup(o => o.Monitor, o => o.Status, StringComparer.Ordinal);

        var checks = new List<MonitorStatus>[topology.Regions.Length];
        for (int i = 0; i < checks.Length; i++)
        {
            checks[i] = [];
        }

        for (int i = 0; i < Math.Min(topology.Monitors.Length, steering.Health.Monitors.Length); i++)
        {
            Steering.Monitor monitor = topology.Monitors[i];
            MonitorHealth health = steering.Health.Monitors[i];
            checks[monitor.Region].Add(new MonitorStatus(topology.Checks[monitor.Check].Name, monitor.Address?.ToString() ?? monitor.HostName ?? "", Word(health.Verdict),
                health.Settled, health.ChangedAt == TimeSpan.MinValue ? null : Math.Round((now - health.ChangedAt).TotalSeconds, 1),
                new VoteCount(health.Votes.Up, health.Votes.Down, health.Votes.Fresh), [.. observations[monitor.Key]])
            {
                Flaps = health.Damping.Flaps,
                SuppressedSeconds = health.Damping.SuppressedUntil is { } until && until > now ? Math.Round((until - now).TotalSeconds, 1) : null,
            });
        }

        return [.. topology.Regions.Select((region, i) => new RegionStatus(region.Name, region.Label, State(checks[i]), region.Latitude, region.Longitude, region.Capacity,
            region.CnameTarget is null ? [.. region.Addresses.Select(a => a.ToString())] : [region.CnameTarget], checks[i],
            [.. targets.Where(t => t.Means?.Regions.Contains(i) == true).Select(t => t.Target)]))];
    }

    public static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string State(List<MonitorStatus> checks)
    {
        int down = checks.Count(c => c.Verdict == "down");
        return checks.Count == 0 ? "unchecked" : down == checks.Count ? "down" : down > 0 ? "partial" : checks.Any(c => c.Verdict == "unknown") ? "unknown" : "up";
    }
}
