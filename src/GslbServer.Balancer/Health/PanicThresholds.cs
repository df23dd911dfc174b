using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Puts a changed panic threshold in force at once: YARP asks again who is available only when health or its own configuration changes.</summary>
internal sealed class PanicThresholds(IProxyStateLookup proxy, IClusterDestinationsUpdater updater)
{
    public void Apply(Settings before, Settings now)
    {
        foreach (ClusterState cluster in proxy.GetClusters())
        {
            if (Of(before, cluster) != Of(now, cluster)) updater.UpdateAvailableDestinations(cluster);
        }
    }

    private static double Of(Settings settings, ClusterState cluster) => settings.Options.Clusters.GetValueOrDefault(cluster.ClusterId, ClusterSettings.Default).Panic;
}
