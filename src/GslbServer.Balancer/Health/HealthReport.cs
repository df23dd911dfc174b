namespace GslbServer.Balancer;

/// <summary>What <c>/healthz</c> and <c>/readyz</c> say. Serves while <see cref="Reasons"/> is empty.</summary>
/// <param name="Status">One word: <c>ok</c>, <c>starting</c>, <c>draining</c> or <c>noLiveBackends</c>.</param>
public sealed record HealthReport(string Status, IReadOnlyList<string> Reasons)
{
    public const string Starting = "starting";

    public bool Serves => Reasons.Count == 0;

    /// <summary>The honest answer to "may clients be sent here": not while draining, and only with live backends.</summary>
    /// <param name="readyClusters">Clusters that must each have a live destination; empty: any one cluster is enough.</param>
    public static HealthReport Health(bool draining, IReadOnlyList<ClusterHealth> clusters, IReadOnlyList<string> readyClusters)
    {
        if (draining) return new("draining", ["draining: no new clients, please"]);
        IReadOnlyList<string> reasons = WithoutLiveBackends(clusters, readyClusters);
        return new(reasons.Count == 0 ? "ok" : "noLiveBackends", reasons);
    }

    /// <summary>As <see cref="Health"/>, and before that not until it listens and every active check has ended once.</summary>
    public static HealthReport Readiness(bool listening, bool draining, IReadOnlyList<ClusterHealth> clusters, IReadOnlyList<string> readyClusters)
    {
        if (draining) return Health(draining, clusters, readyClusters);
        string[] starting =
        [
            .. listening ? [] : new[] { "starting: not listening yet" },
            .. clusters.Where(cluster => cluster.Unjudged > 0).Select(cluster => $"cluster {cluster.Cluster}: {cluster.Unjudged} of {cluster.Total} destinations not checked yet"),
        ];
        return starting.Length > 0 ? new(Starting, starting) : Health(draining, clusters, readyClusters);
    }

    private static IReadOnlyList<string> WithoutLiveBackends(IReadOnlyList<ClusterHealth> clusters, IReadOnlyList<string> readyClusters)
    {
        if (readyClusters.Count > 0)
        {
            return [.. readyClusters.Select(name => clusters.FirstOrDefault(cluster => cluster.Cluster.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? new(name, 0, 0, 0, 0))
                .Where(cluster => cluster.Live == 0).Select(Describe)];
        }

        if (clusters.Any(cluster => cluster.Live > 0)) return [];
        return clusters.Count == 0 ? ["no cluster is configured"] : [.. clusters.Select(Describe)];
    }

    private static string Describe(ClusterHealth cluster) => $"cluster {cluster.Cluster}: 0 of {cluster.Total} destinations live";
}
