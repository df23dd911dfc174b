using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Which destinations take traffic, of those that no operator drained: those not known to be bad; where ejections alone would leave none, the ejected ones; in panic all.</summary>
/// <remarks>An ejection is a guess from some requests, a failed check is knowledge. So when checks take the others out while one is ejected, it comes back at once.</remarks>
internal sealed class AvailableDestinations(ServingState state, TrafficTable traffic, PanicWatch watch) : IAvailableDestinationsPolicy
{
    public const string PolicyName = "HealthyElseEjected";

    public string Name => PolicyName;

    public IReadOnlyList<DestinationState> GetAvailalableDestinations(ClusterConfig config, IReadOnlyList<DestinationState> allDestinations)
    {
        DestinationState[] serving = [.. allDestinations.Where(destination => !IsDrained(destination))], available = [.. serving.Where(TakesTraffic)];
        double threshold = state.Settings.Options.Clusters.GetValueOrDefault(config.ClusterId, ClusterSettings.Default).Panic;
        bool panics = Panic.IsIn(serving.Length, available.Length, threshold);
        watch.Tell(config.ClusterId, panics, available.Length, serving.Length);
        if (panics) return serving;
        return available.Length > 0 ? available : [.. serving.Where(destination => destination.Health.Active != DestinationHealth.Unhealthy)];
    }

    /// <summary>By the configuration or over the admin API.</summary>
    private bool IsDrained(DestinationState destination) => traffic.Of(destination).IsDrained || (destination.Model is { } model && Metadata.IsDrained(model.Config));

    public static bool TakesTraffic(DestinationState destination) =>
        destination.Health.Active != DestinationHealth.Unhealthy && destination.Health.Passive != DestinationHealth.Unhealthy;
}
