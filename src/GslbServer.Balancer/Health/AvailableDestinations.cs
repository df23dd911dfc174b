using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Which destinations take traffic: those not known to be bad; where ejections alone would leave none, the ejected ones; in panic all.</summary>
/// <remarks>An ejection is a guess from some requests, a failed check is knowledge. So when checks take the others out while one is ejected, it comes back at once.</remarks>
internal sealed class AvailableDestinations(ServingState state, PanicWatch watch) : IAvailableDestinationsPolicy
{
    public const string PolicyName = "HealthyElseEjected";

    public string Name => PolicyName;

    public IReadOnlyList<DestinationState> GetAvailalableDestinations(ClusterConfig config, IReadOnlyList<DestinationState> allDestinations)
    {
        DestinationState[] available = [.. allDestinations.Where(TakesTraffic)];
        double threshold = state.Settings.Options.Clusters.GetValueOrDefault(config.ClusterId, ClusterSettings.Default).Panic;
        bool panics = Panic.IsIn(allDestinations.Count, available.Length, threshold);
        watch.Tell(config.ClusterId, panics, available.Length, allDestinations.Count);
        if (panics) return allDestinations;
        return available.Length > 0 ? available : [.. allDestinations.Where(destination => destination.Health.Active != DestinationHealth.Unhealthy)];
    }

    public static bool TakesTraffic(DestinationState destination) =>
        destination.Health.Active != DestinationHealth.Unhealthy && destination.Health.Passive != DestinationHealth.Unhealthy;
}
