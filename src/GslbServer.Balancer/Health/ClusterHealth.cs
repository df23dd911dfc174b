using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>How many destinations of a cluster can serve now.</summary>
/// <param name="Live">Take traffic and, where the cluster checks actively, have passed their checks.</param>
/// <param name="Unjudged">Actively checked, but no probe has ended yet.</param>
public sealed record ClusterHealth(string Cluster, int Live, int Total, int Ejected, int Unjudged)
{
    public static ClusterHealth Of(ClusterState cluster)
    {
        IReadOnlyList<DestinationState> all = cluster.DestinationsState.AllDestinations;
        return new(cluster.ClusterId,
            Live: cluster.DestinationsState.AvailableDestinations.Count(destination => IsLive(cluster, destination)),
            Total: all.Count,
            Ejected: all.Count(destination => destination.Health.Passive == DestinationHealth.Unhealthy),
            Unjudged: IsChecked(cluster) ? all.Count(destination => destination.Health.Active == DestinationHealth.Unknown) : 0);
    }

    /// <summary>Whether one destination that takes traffic is known to serve. A panic policy may send traffic to what is known to be down; that is not live.</summary>
    public static bool IsLive(ClusterState cluster, DestinationState destination) =>
        destination.Health.Active == DestinationHealth.Healthy || (!IsChecked(cluster) && destination.Health.Active == DestinationHealth.Unknown);

    private static bool IsChecked(ClusterState cluster) => cluster.Model.Config.HealthCheck?.Active?.Enabled ?? false;
}
