using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>What this balancer knows of one cluster beyond YARP. It lives as long as YARP's own state of it, across reloads.</summary>
/// <remarks>Each subject adds one member here, whose type stands in its room and is safe for many threads at once.</remarks>
internal sealed class ClusterTraffic(ClusterState cluster, TrafficTable traffic)
{
    private readonly SettingsMemo<ClusterSettings> _settings = new(now => now.Options.Clusters.GetValueOrDefault(cluster.ClusterId, ClusterSettings.Default));

    public ClusterState Cluster => cluster;

    public PoolSource Pools { get; } = new(cluster, traffic);

    /// <summary>Of its name, the same on every balancer.</summary>
    public ulong IdHash { get; } = HashKey.Hash(cluster.ClusterId.ToUpperInvariant());

    public TrafficCounts Counts { get; } = new();

    /// <summary>Answers to requests that no destination was found for.</summary>
    public StatusClasses Unassigned { get; } = new();

    public ClusterResilience Resilience { get; } = new();

    public OutlierSweep Outliers { get; } = new();

    /// <summary>Those in force now.</summary>
    public ClusterSettings SettingsOf(Settings now) => _settings.Of(now);
}
