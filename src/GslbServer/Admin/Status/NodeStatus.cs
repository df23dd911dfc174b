namespace GslbServer;

/// <param name="Region">Where it stands; null when it was not told.</param>
/// <param name="Listen">Where it answers DNS.</param>
internal sealed record NodeStatus(string Name, string? Region, string Cluster, string Version, DateTimeOffset StartedAt, double UptimeSeconds,
    IReadOnlyList<string> Listen);
